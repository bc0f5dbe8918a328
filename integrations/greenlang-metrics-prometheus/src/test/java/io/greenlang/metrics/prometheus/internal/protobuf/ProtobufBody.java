package io.greenlang.metrics.prometheus.internal.protobuf;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A body of delimited families, written with the library of Protocol Buffers. */
public final class ProtobufBody {

  public static final int COUNTER = 0;
  public static final int GAUGE = 1;
  public static final int SUMMARY = 2;
  public static final int UNTYPED = 3;
  public static final int HISTOGRAM = 4;
  public static final int GAUGE_HISTOGRAM = 5;

  /** The fields of a metric that have its value, by the type of its family. */
  private static final int[] VALUE_FIELDS = {3, 2, 4, 5, 7, 7};

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** The fields of a message. */
  @FunctionalInterface
  public interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  /** Returns a message. */
  public static byte[] message(Fields fields) {
    try {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(message);
      fields.write(out);
      out.flush();
      return message.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a metric with labels, as alternating names and values. */
  public static byte[] metric(int type, byte[] value, String... labels) {
    return message(
        out -> {
          for (int i = 0; i < labels.length; i += 2) {
            String name = labels[i];
            String label = labels[i + 1];
            out.writeByteArray(
                1,
                message(
                    pair -> {
                      pair.writeString(1, name);
                      pair.writeString(2, label);
                    }));
          }
          out.writeByteArray(VALUE_FIELDS[type], value);
        });
  }

  /** Returns a value of a gauge, a counter or an untyped metric. */
  public static byte[] number(double value) {
    return message(out -> out.writeDouble(1, value));
  }

  /** Returns a classic bucket with its cumulative count. */
  public static byte[] bucket(double bound, long count) {
    return message(
        out -> {
          out.writeUInt64(1, count);
          out.writeDouble(2, bound);
        });
  }

  /** Returns a time. */
  public static byte[] timestamp(long seconds, int nanos) {
    return message(
        out -> {
          out.writeInt64(1, seconds);
          out.writeInt32(2, nanos);
        });
  }

  /** Adds a family. */
  public ProtobufBody family(String name, int type, byte[]... metrics) {
    return add(
        out -> {
          out.writeString(1, name);
          out.writeString(2, "The help of " + name);
          out.writeEnum(3, type);
          for (byte[] metric : metrics) {
            out.writeByteArray(4, metric);
          }
        });
  }

  /** Adds a message with its length. */
  public ProtobufBody add(Fields fields) {
    byte[] message = message(fields);
    bytes.writeBytes(message(out -> out.writeByteArrayNoTag(message)));
    return this;
  }

  public byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
