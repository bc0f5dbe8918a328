package io.greenlang.metrics.internal.sample;

import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.internal.util.VarInt;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * The binary format of a sample's detail, in history and in publications to other instances.
 *
 * <p>The first byte is the kind. A counter's start is its epoch milliseconds. A distribution is its
 * sum, min and max, the number of zeros, and the buckets of the negative and of the positive
 * observations: their number, the index of the first one, and for each the count and the distance
 * to the next index. Integers have seven bits per byte, so that most buckets take two bytes.
 */
public final class SampleDetailCodec {

  private static final int DISTRIBUTION = 1;
  private static final int COUNTER_START = 2;

  private SampleDetailCodec() {}

  /** Encodes a detail. */
  public static byte[] pack(SampleDetail detail) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    if (detail instanceof Distribution distribution) {
      out.write(DISTRIBUTION);
      out.writeBytes(
          ByteBuffer.allocate(3 * Double.BYTES)
              .putDouble(distribution.sum())
              .putDouble(distribution.min())
              .putDouble(distribution.max())
              .array());
      packBuckets(distribution, out);
    } else if (detail instanceof CounterStart start) {
      out.write(COUNTER_START);
      VarInt.writeSigned(start.time().toEpochMilli(), out);
    }
    return out.toByteArray();
  }

  private static void packBuckets(Distribution distribution, ByteArrayOutputStream out) {
    Buckets negative = new Buckets();
    Buckets positive = new Buckets();
    long[] zeros = {0};
    distribution.forEachBucket(
        (sign, index, count) -> {
          if (sign == 0) {
            zeros[0] = count;
          } else {
            (sign < 0 ? negative : positive).add(index, count);
          }
        });
    VarInt.write(zeros[0], out);
    negative.writeTo(out);
    positive.writeTo(out);
  }

  /** The packed buckets of one sign. */
  private static final class Buckets {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int size;
    private int previous;

    void add(int index, long count) {
      VarInt.writeSigned((long) index - previous, bytes);
      VarInt.write(count, bytes);
      previous = index;
      size++;
    }

    void writeTo(ByteArrayOutputStream out) {
      VarInt.write(size, out);
      out.writeBytes(bytes.toByteArray());
    }
  }

  /**
   * Decodes a detail, up to the end of the input.
   *
   * @throws IllegalArgumentException if the bytes are not a valid encoding
   */
  public static SampleDetail unpack(ByteBuffer input) {
    try {
      SampleDetail detail = unpackKind(input);
      if (input.hasRemaining()) {
        throw new IllegalArgumentException(
            "a sample's detail has " + input.remaining() + " trailing bytes");
      }
      return detail;
    } catch (BufferUnderflowException | ArithmeticException | DateTimeException e) {
      throw new IllegalArgumentException("a sample's detail is truncated or out of range", e);
    }
  }

  private static SampleDetail unpackKind(ByteBuffer input) {
    byte kind = input.get();
    return switch (kind) {
      case DISTRIBUTION -> unpackDistribution(input);
      case COUNTER_START -> new CounterStart(Instant.ofEpochMilli(VarInt.readSigned(input)));
      default -> throw new IllegalArgumentException("a sample's detail has unknown kind " + kind);
    };
  }

  private static Distribution unpackDistribution(ByteBuffer input) {
    Distribution.Builder builder = Distribution.builder();
    builder.addStatistics(input.getDouble(), input.getDouble(), input.getDouble());
    long zeros = VarInt.read(input);
    if (zeros != 0) {
      builder.addBucket(0, 0, zeros);
    }
    unpackBuckets(input, -1, builder);
    unpackBuckets(input, 1, builder);
    return builder.build();
  }

  private static void unpackBuckets(ByteBuffer input, int sign, Distribution.Builder builder) {
    long size = VarInt.read(input);
    if (size < 0 || size > input.remaining() / 2) {
      throw new IllegalArgumentException(
          size + " buckets do not fit into " + input.remaining() + " bytes");
    }
    long index = 0;
    for (long i = 0; i < size; i++) {
      index += VarInt.readSigned(input);
      builder.addBucket(sign, Math.toIntExact(index), VarInt.read(input));
    }
  }
}
