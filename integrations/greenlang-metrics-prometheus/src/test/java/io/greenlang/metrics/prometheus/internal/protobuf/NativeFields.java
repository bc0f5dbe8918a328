package io.greenlang.metrics.prometheus.internal.protobuf;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The fields of a native histogram that counts observations as a library does: by the formulas of
 * the specification.
 */
public final class NativeFields {

  private final int schema;
  private final double zeroThreshold;
  private final SortedMap<Integer, Long> negative = new TreeMap<>();
  private final SortedMap<Integer, Long> positive = new TreeMap<>();
  private long zeros;
  private long count;
  private double sum;

  public NativeFields(int schema, double zeroThreshold) {
    this.schema = schema;
    this.zeroThreshold = zeroThreshold;
  }

  /** Counts an observation. */
  public NativeFields observe(double value) {
    count++;
    sum += value;
    if (Math.abs(value) <= zeroThreshold) {
      zeros++;
    } else if (!Double.isNaN(value)) {
      (value < 0 ? negative : positive).merge(indexOf(Math.abs(value)), 1L, Long::sum);
    }
    return this;
  }

  private int indexOf(double magnitude) {
    return (int) Math.ceil(Math.log(magnitude) / Math.log(2) * Math.scalb(1.0, schema) - 1e-9);
  }

  /** Counts the numbers from one to another. */
  public NativeFields observeAll(int from, int to) {
    for (int i = from; i <= to; i++) {
      observe(i);
    }
    return this;
  }

  /** Returns the message. */
  public byte[] toMessage() {
    return ProtobufBody.message(this::write);
  }

  /** Returns the message, with the time at which the histogram was empty. */
  public byte[] toMessage(byte[] created) {
    return ProtobufBody.message(
        out -> {
          write(out);
          out.writeByteArray(15, created);
        });
  }

  /** Writes the fields, with a span for each bucket. */
  public void write(CodedOutputStream out) throws IOException {
    out.writeUInt64(1, count);
    out.writeDouble(2, sum);
    out.writeSInt32(5, schema);
    out.writeDouble(6, zeroThreshold);
    out.writeUInt64(7, zeros);
    writeBuckets(out, 9, negative);
    writeBuckets(out, 12, positive);
    if (negative.isEmpty() && positive.isEmpty()) {
      out.writeByteArray(12, new byte[0]); // so that it is not a classic histogram
    }
  }

  private static void writeBuckets(
      CodedOutputStream out, int field, SortedMap<Integer, Long> buckets) throws IOException {
    int next = 0;
    for (int index : buckets.keySet()) {
      int offset = index - next;
      out.writeByteArray(
          field,
          ProtobufBody.message(
              span -> {
                span.writeSInt32(1, offset);
                span.writeUInt32(2, 1);
              }));
      next = index + 1;
    }
    long previous = 0;
    for (Map.Entry<Integer, Long> bucket : buckets.entrySet()) {
      out.writeSInt64(field + 1, bucket.getValue() - previous);
      previous = bucket.getValue();
    }
  }
}
