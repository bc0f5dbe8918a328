package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.internal.number.CompensatedSum;
import java.nio.ByteBuffer;

/** The count, sum, min and max of some samples. */
final class Summary {

  /** The length of a written summary, in bytes. */
  static final int BYTES = Long.BYTES + CompensatedSum.BYTES + 2 * Double.BYTES;

  private final CompensatedSum sum = new CompensatedSum();
  private long count;
  private double min = Double.NaN;
  private double max = Double.NaN;

  void add(double value) {
    count++;
    sum.add(value);
    widen(value, value);
  }

  void add(Summary other) {
    if (other.count > 0) {
      count += other.count;
      sum.add(other.sum);
      widen(other.min, other.max);
    }
  }

  /** Adds the summary of the observations of a distribution. */
  void add(Distribution distribution) {
    count += distribution.count();
    sum.add(distribution.sum(), distribution.mean(), distribution.count());
    widen(distribution.min(), distribution.max());
  }

  /**
   * Extends min and max. Does not use Math.min, because NaN, which marks an empty spread, must
   * lose.
   */
  private void widen(double low, double high) {
    if (!(low >= min)) {
      min = low;
    }
    if (!(high <= max)) {
      max = high;
    }
  }

  /**
   * Returns the number, limited to the finite doubles, because no message can carry an infinity.
   */
  static double finite(double number) {
    return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, number));
  }

  /**
   * Returns a number that was read.
   *
   * @throws IllegalArgumentException if it is NaN or infinite
   */
  static double requireFinite(double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException(
          "packed number must be finite, but was " + number + "; the bytes are not an aggregate");
    }
    return number;
  }

  void write(ByteBuffer output) {
    output.putLong(count);
    sum.write(output);
    output.putDouble(min).putDouble(max);
  }

  /**
   * Reads the result of {@link #write}.
   *
   * @throws IllegalArgumentException if the numbers contradict each other
   */
  void read(ByteBuffer input) {
    count = input.getLong();
    sum.read(input);
    min = input.getDouble();
    max = input.getDouble();
    boolean validEmpty = count == 0 && sum.isZero() && Double.isNaN(min) && Double.isNaN(max);
    boolean validNonEmpty = count > 0 && Double.isFinite(min) && Double.isFinite(max) && min <= max;
    if (!validEmpty && !validNonEmpty) {
      throw new IllegalArgumentException(
          "inconsistent packed aggregate: count "
              + count
              + ", min "
              + min
              + ", max "
              + max
              + ", sum "
              + sum.value());
    }
  }

  long count() {
    return count;
  }

  /** Returns the sum, limited to the finite doubles. */
  double sum() {
    return sum.value();
  }

  /**
   * Returns the mean; NaN if there is none. It is correct even if the sum exceeds the range of a
   * double, and lies between min and max.
   */
  double mean() {
    return count == 0 ? Double.NaN : Math.max(min, Math.min(max, sum.dividedBy(count)));
  }

  double min() {
    return min;
  }

  double max() {
    return max;
  }
}
