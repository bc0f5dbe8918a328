package io.greenlang.metrics.prometheus.internal.protobuf;

import static io.greenlang.metrics.internal.protobuf.WireReader.fixed64Key;
import static io.greenlang.metrics.internal.protobuf.WireReader.lengthKey;
import static io.greenlang.metrics.internal.protobuf.WireReader.varintKey;

import io.greenlang.metrics.internal.protobuf.MalformedMessageException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import io.greenlang.metrics.prometheus.internal.text.BadLineException;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the message {@code Histogram}, which has classic buckets, native ones, or both. The
 * constants are the field numbers of {@code io/prometheus/client/metrics.proto}. One instance reads
 * all histograms of a body. Not thread-safe.
 */
final class HistogramReader {

  private static final int COUNT = varintKey(1);
  private static final int SUM = fixed64Key(2);
  private static final int BUCKET = lengthKey(3);
  private static final int FLOAT_COUNT = fixed64Key(4);
  private static final int SCHEMA = varintKey(5);
  private static final int ZERO_THRESHOLD = fixed64Key(6);
  private static final int ZERO_COUNT = varintKey(7);
  private static final int FLOAT_ZERO_COUNT = fixed64Key(8);
  private static final int NEGATIVE_SPAN = lengthKey(9);
  private static final int POSITIVE_SPAN = lengthKey(12);
  private static final int CREATED = lengthKey(15);

  private static final int BUCKET_COUNT = varintKey(1);
  private static final int BUCKET_BOUND = fixed64Key(2);
  private static final int BUCKET_FLOAT_COUNT = fixed64Key(4);

  private static final int NEGATIVE_DELTA = 10;
  private static final int NEGATIVE_COUNT = 11;
  private static final int POSITIVE_DELTA = 13;
  private static final int POSITIVE_COUNT = 14;

  private final SparseBuckets negative = new SparseBuckets();
  private final SparseBuckets positive = new SparseBuckets();
  private @Nullable WireReader classic;
  private double count;
  private double sum;
  private int schema;
  private double zeroThreshold;
  private double zeros;
  private double created;

  /** A receiver of the classic buckets of a histogram. */
  @FunctionalInterface
  interface BucketVisitor {
    /** Called with the number of observations up to a bound. */
    void onBucket(double bound, double count);
  }

  private void clear() {
    negative.clear();
    positive.clear();
    classic = null;
    count = 0;
    sum = 0;
    schema = 0;
    zeroThreshold = 0;
    zeros = 0;
    created = Double.NaN;
  }

  /** Reads a histogram. */
  void read(WireReader reader) throws MalformedMessageException {
    clear();
    WireReader again = reader.copy();
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == BUCKET) {
        classic = again;
        reader.skip(key);
      } else if (!readNumber(reader, key) && !readBuckets(reader, key)) {
        reader.skip(key);
      }
    }
  }

  private boolean readNumber(WireReader reader, int key) throws MalformedMessageException {
    if (key == COUNT) {
      count = larger(count, unsigned(reader.varint()));
    } else if (key == FLOAT_COUNT) {
      count = larger(count, reader.number());
    } else if (key == SUM) {
      sum = reader.number();
    } else if (key == SCHEMA) {
      schema = reader.zigzag();
    } else if (key == ZERO_THRESHOLD) {
      zeroThreshold = reader.number();
    } else if (key == ZERO_COUNT) {
      zeros = larger(zeros, unsigned(reader.varint()));
    } else if (key == FLOAT_ZERO_COUNT) {
      zeros = larger(zeros, reader.number());
    } else if (key == CREATED) {
      created = Timestamps.seconds(reader.message());
    } else {
      return false;
    }
    return true;
  }

  /** Returns the larger number: a count as a double counts if it is greater than the integer. */
  private static double larger(double count, double other) {
    return other > count ? other : count;
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : Math.scalb((double) (bits >>> 1), 1);
  }

  private boolean readBuckets(WireReader reader, int key) throws MalformedMessageException {
    if (key == NEGATIVE_SPAN) {
      negative.readSpan(reader.message());
    } else if (key == POSITIVE_SPAN) {
      positive.readSpan(reader.message());
    } else {
      return readCounts(reader, key, negative, NEGATIVE_DELTA, NEGATIVE_COUNT)
          || readCounts(reader, key, positive, POSITIVE_DELTA, POSITIVE_COUNT);
    }
    return true;
  }

  /** Reads counts, which some libraries pack into one field and others do not. */
  private static boolean readCounts(
      WireReader reader, int key, SparseBuckets buckets, int deltaField, int countField)
      throws MalformedMessageException {
    if (key == lengthKey(deltaField)) {
      WireReader packed = reader.message();
      while (packed.hasMore()) {
        buckets.addDelta(packed.longZigzag());
      }
    } else if (key == varintKey(deltaField)) {
      buckets.addDelta(reader.longZigzag());
    } else if (key == lengthKey(countField)) {
      WireReader packed = reader.message();
      while (packed.hasMore()) {
        buckets.addCount(packed.number());
      }
    } else if (key == fixed64Key(countField)) {
      buckets.addCount(reader.number());
    } else {
      return false;
    }
    return true;
  }

  /** Returns the number of all observations. */
  double count() {
    return count;
  }

  /** Returns the sum of all observations. */
  double sum() {
    return sum;
  }

  /** Returns the time at which the histogram was empty, in seconds; NaN if it is not known. */
  double created() {
    return created;
  }

  /**
   * Returns whether native buckets are to be used. If their schema is unknown, classic ones beside
   * them are.
   */
  boolean isNative() {
    boolean isSent = positive.hasSpans() || negative.hasSpans() || zeroThreshold > 0 || zeros > 0;
    return isSent && (hasKnownSchema() || classic == null);
  }

  private boolean hasKnownSchema() {
    return schema >= NativeHistogram.MIN_SCHEMA && schema <= NativeHistogram.MAX_SCHEMA;
  }

  /**
   * Returns the native histogram.
   *
   * @throws BadLineException if its parts contradict each other or the format
   */
  NativeHistogram nativeHistogram() throws BadLineException {
    if (!hasKnownSchema()) {
      throw new BadLineException("has a schema of buckets that the format does not define");
    }
    if (!(zeroThreshold >= 0) || zeros != Math.rint(zeros) || zeros > 1L << 53) {
      throw new BadLineException("has an impossible zero bucket");
    }
    int reduction = Math.max(negative.requiredReduction(), positive.requiredReduction());
    NativeHistogram histogram =
        new NativeHistogram(
            schema - reduction,
            zeroThreshold,
            (long) zeros,
            negative.toBuckets(reduction),
            positive.toBuckets(reduction),
            Double.isFinite(sum) ? sum : Double.NaN);
    // An observation that is NaN is in no bucket.
    if (histogram.total() > count) {
      throw new BadLineException("has buckets that contradict its count");
    }
    return histogram;
  }

  /** Passes the classic buckets on; the last one, without a bound, is optional. */
  void classicBuckets(BucketVisitor visitor) throws MalformedMessageException {
    WireReader reader = classic;
    boolean isComplete = false;
    if (reader != null) {
      WireReader buckets = reader.copy();
      for (int key = buckets.nextKey(); key != 0; key = buckets.nextKey()) {
        if (key == BUCKET) {
          isComplete |= readBucket(buckets.message(), visitor);
        } else {
          buckets.skip(key);
        }
      }
    }
    if (!isComplete) {
      visitor.onBucket(Double.POSITIVE_INFINITY, count);
    }
  }

  /** Reads a bucket; returns whether it has no bound. */
  private static boolean readBucket(WireReader reader, BucketVisitor visitor)
      throws MalformedMessageException {
    double count = 0;
    double bound = 0;
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == BUCKET_COUNT) {
        count = larger(count, unsigned(reader.varint()));
      } else if (key == BUCKET_FLOAT_COUNT) {
        count = larger(count, reader.number());
      } else if (key == BUCKET_BOUND) {
        bound = reader.number();
      } else {
        reader.skip(key);
      }
    }
    visitor.onBucket(bound, count);
    return bound == Double.POSITIVE_INFINITY;
  }
}
