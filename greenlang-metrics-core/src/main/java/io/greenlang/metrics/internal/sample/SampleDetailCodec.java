package io.greenlang.metrics.internal.sample;

import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.internal.number.CompensatedSum;
import io.greenlang.metrics.internal.util.VarInt;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;

/**
 * The binary format of a sample's detail, in history and in publications to other instances.
 *
 * <p>The first byte is the kind. A counter's start is its epoch milliseconds. A distribution is its
 * sum, min and max, the number of zeros, and the buckets of the negative and of the positive
 * observations. Buckets are their number, the index of the first one, and for each the count and
 * the distance to the next index. Integers have seven bits per byte, so that most buckets take two
 * bytes. If the sum exceeds the range of a double, the detail has another kind, and the mean in
 * place of the sum.
 */
public final class SampleDetailCodec {

  private static final int DISTRIBUTION = 1;
  private static final int COUNTER_START = 2;
  private static final int DISTRIBUTION_WITH_MEAN = 3;

  /** The bytes of a distribution without buckets: the kind, three doubles, and three integers. */
  private static final int MAX_HEADER_BYTES = 1 + 3 * Double.BYTES + 3 * VarInt.MAX_BYTES;

  /** The bytes of a bucket: a distance in 32 bits, and a count of at most 2^53. */
  private static final int MAX_BUCKET_BYTES = 5 + 8;

  private SampleDetailCodec() {}

  /** Encodes a detail. */
  public static byte[] pack(SampleDetail detail) {
    Output output;
    if (detail instanceof Distribution distribution) {
      output = new Output(MAX_HEADER_BYTES + MAX_BUCKET_BYTES * distribution.buckets());
      pack(distribution, output);
    } else {
      output = new Output(1 + VarInt.MAX_BYTES);
      if (detail instanceof CounterStart start) {
        output.write(COUNTER_START);
        output.write(VarInt.zigzag(start.time().toEpochMilli()));
      }
    }
    return output.toByteArray();
  }

  private static void pack(Distribution distribution, Output output) {
    boolean withMean = CompensatedSum.isLimited(distribution.sum());
    output.write(withMean ? DISTRIBUTION_WITH_MEAN : DISTRIBUTION);
    output.writeDouble(withMean ? distribution.mean() : distribution.sum());
    output.writeDouble(distribution.min());
    output.writeDouble(distribution.max());
    BucketSizes sizes = new BucketSizes();
    distribution.forEachBucket(sizes);
    output.write(sizes.zeros);
    output.writeBuckets(distribution, -1, sizes.negative);
    output.writeBuckets(distribution, 1, sizes.positive);
  }

  /** The number of zeros, and of the buckets of each sign. */
  private static final class BucketSizes implements Distribution.BucketVisitor {
    private long zeros;
    private int negative;
    private int positive;

    @Override
    public void visit(int sign, int index, long count) {
      if (sign == 0) {
        zeros = count;
      } else if (sign < 0) {
        negative++;
      } else {
        positive++;
      }
    }
  }

  /**
   * An array with room for any numbers of a detail. A growing stream, and one array per number and
   * sign, took 10 % of the time to publish a distribution.
   */
  private static final class Output {
    private final ByteBuffer bytes;
    private int end;
    private int previous;

    Output(int capacity) {
      bytes = ByteBuffer.allocate(capacity);
    }

    void write(long number) {
      end = VarInt.write(number, bytes.array(), end);
    }

    void writeDouble(double number) {
      bytes.putDouble(end, number);
      end += Double.BYTES;
    }

    void writeBuckets(Distribution distribution, int sign, int size) {
      write(size);
      previous = 0;
      if (size > 0) {
        distribution.forEachBucket(
            (bucketSign, index, count) -> {
              if (bucketSign == sign) {
                write(VarInt.zigzag((long) index - previous));
                write(count);
                previous = index;
              }
            });
      }
    }

    byte[] toByteArray() {
      return Arrays.copyOf(bytes.array(), end);
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
