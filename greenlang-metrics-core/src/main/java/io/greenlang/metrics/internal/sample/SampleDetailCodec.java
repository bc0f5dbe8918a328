package io.greenlang.metrics.internal.sample;

import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.internal.number.CompensatedSum;
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
 * to the next index. Integers have seven bits per byte, so that most buckets take two bytes. A kind
 * of its own has the mean in place of a sum that exceeds the range of a double.
 */
public final class SampleDetailCodec {

  private static final int DISTRIBUTION = 1;
  private static final int COUNTER_START = 2;
  private static final int DISTRIBUTION_WITH_MEAN = 3;

  private SampleDetailCodec() {}

  /** Encodes a detail. */
  public static byte[] pack(SampleDetail detail) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    if (detail instanceof Distribution distribution) {
      boolean withMean = CompensatedSum.isLimited(distribution.sum());
      out.write(withMean ? DISTRIBUTION_WITH_MEAN : DISTRIBUTION);
      out.writeBytes(
          ByteBuffer.allocate(3 * Double.BYTES)
              .putDouble(withMean ? distribution.mean() : distribution.sum())
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
      case DISTRIBUTION -> unpackDistribution(input, false);
      case DISTRIBUTION_WITH_MEAN -> unpackDistribution(input, true);
      case COUNTER_START -> new CounterStart(Instant.ofEpochMilli(VarInt.readSigned(input)));
      default -> throw new IllegalArgumentException("a sample's detail has unknown kind " + kind);
    };
  }

  private static Distribution unpackDistribution(ByteBuffer input, boolean withMean) {
    Distribution.Builder builder = Distribution.builder();
    double sumOrMean = input.getDouble();
    double min = input.getDouble();
    double max = input.getDouble();
    long count = VarInt.read(input);
    if (count != 0) {
      builder.addBucket(0, 0, count);
    }
    count = Math.addExact(count, unpackBuckets(input, -1, builder));
    count = Math.addExact(count, unpackBuckets(input, 1, builder));
    if (withMean) {
      builder.addStatistics(count, sumOrMean, min, max);
    } else {
      builder.addStatistics(sumOrMean, min, max);
    }
    return builder.build();
  }

  /** Adds the buckets of a sign and returns the number of observations in them. */
  private static long unpackBuckets(ByteBuffer input, int sign, Distribution.Builder builder) {
    long size = VarInt.read(input);
    if (size < 0 || size > input.remaining() / 2) {
      throw new IllegalArgumentException(
          size + " buckets do not fit into " + input.remaining() + " bytes");
    }
    long index = 0;
    long total = 0;
    for (long i = 0; i < size; i++) {
      index += VarInt.readSigned(input);
      long count = VarInt.read(input);
      builder.addBucket(sign, Math.toIntExact(index), count);
      total = Math.addExact(total, count);
    }
    return total;
  }
}
