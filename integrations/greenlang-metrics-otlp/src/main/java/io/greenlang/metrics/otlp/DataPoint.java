package io.greenlang.metrics.otlp;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.protobuf.MalformedMessageException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One data point of any kind, as it was sent. One instance is read into again and again, so that a
 * request of 100,000 points creates no garbage for them. Not thread-safe.
 */
final class DataPoint {

  /** The maximum number of buckets of each sign; exporters send at most a few hundred. */
  static final int MAX_BUCKETS = 4096;

  private static final int NO_RECORDED_VALUE = 1;

  /** The attributes of the program and of this point. */
  final AttributeBytes attributes = new AttributeBytes();

  final Numbers bounds = new Numbers();
  final Numbers counts = new Numbers();
  final Numbers negativeCounts = new Numbers();
  final Numbers quantiles = new Numbers();
  long startNanos;
  long timeNanos;
  long flags;
  boolean hasValue;
  double value;
  long count;
  double sum;
  double min;
  double max;
  int scale;
  int offset;
  int negativeOffset;
  long zeroCount;
  double zeroThreshold;

  /** The tags that the attributes become, unless there is a {@link #problem}. */
  Tags tags = Tags.empty();

  /** The reason why this point cannot be published, found while it was read; null for none. */
  @Nullable String problem;

  /** Removes all values but the attributes of the program. Absent statistics are NaN. */
  void clear() {
    attributes.removePoint();
    tags = Tags.empty();
    bounds.clear();
    counts.clear();
    negativeCounts.clear();
    quantiles.clear();
    startNanos = 0;
    timeNanos = 0;
    flags = 0;
    hasValue = false;
    value = 0;
    count = 0;
    sum = Double.NaN;
    min = Double.NaN;
    max = Double.NaN;
    scale = 0;
    offset = 0;
    negativeOffset = 0;
    zeroCount = 0;
    zeroThreshold = 0;
    problem = null;
  }

  /** Returns whether the point only says that its series has ended. */
  boolean hasNoRecordedValue() {
    return (flags & NO_RECORDED_VALUE) != 0;
  }

  /** Sets the value of a number. */
  void setValue(double newValue) {
    value = newValue;
    hasValue = true;
  }

  /** Adds a number to a list, unless the list is full; then this point cannot be published. */
  void add(Numbers list, long bits) {
    if (!list.add(bits)) {
      problem = "has more than " + MAX_BUCKETS + " buckets or quantiles";
    }
  }

  /** Adds all numbers of a packed field to a list. */
  void addAll(Numbers list, WireReader packed) throws MalformedMessageException {
    list.addAll(packed);
    while (packed.hasMore()) { // beyond the limit, or less than a number
      add(list, packed.fixed64());
    }
  }

  /** A list of numbers of 64 bits, at most {@value #MAX_BUCKETS}. */
  static final class Numbers {

    private long[] bits = new long[16];
    private int size;

    private boolean add(long newBits) {
      if (size == MAX_BUCKETS) {
        return false;
      }
      if (size == bits.length) {
        bits = Arrays.copyOf(bits, 2 * size);
      }
      bits[size++] = newBits;
      return true;
    }

    /** Adds the numbers of a packed field for which the list has room. */
    private void addAll(WireReader packed) throws MalformedMessageException {
      int added = Math.min(packed.remaining() / Long.BYTES, MAX_BUCKETS - size);
      if (size + added > bits.length) {
        bits = Arrays.copyOf(bits, Math.max(2 * bits.length, size + added));
      }
      packed.readFixed64(bits, size, added);
      size += added;
    }

    int size() {
      return size;
    }

    /** Returns a copy of the numbers as integers. */
    long[] toLongs() {
      return Arrays.copyOf(bits, size);
    }

    /** Returns a copy of the numbers as floating-point numbers. */
    double[] toDoubles() {
      double[] numbers = new double[size];
      for (int i = 0; i < size; i++) {
        numbers[i] = Double.longBitsToDouble(bits[i]);
      }
      return numbers;
    }

    private void clear() {
      size = 0;
    }
  }
}
