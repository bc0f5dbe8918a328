package io.greenlang.metrics.internal.aggregate;

import java.nio.ByteBuffer;

/** The count, sum, min and max of some samples. */
final class Summary {

  /** The length of a written spread, in bytes. */
  static final int BYTES = Long.BYTES + 3 * Double.BYTES;

  private long count;
  private double sum;
  private double min = Double.NaN;
  private double max = Double.NaN;

  void add(double value) {
    count++;
    sum = finite(sum + value);
    widen(value, value);
  }

  void add(Summary other) {
    add(other.count, other.sum, other.min, other.max);
  }

  /** Adds the summary of some samples; changes nothing if there are none. */
  void add(long sampleCount, double sampleSum, double sampleMin, double sampleMax) {
    if (sampleCount > 0) {
      count += sampleCount;
      sum = finite(sum + sampleSum);
      widen(sampleMin, sampleMax);
    }
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
   * Returns the number, limited to the finite doubles: no message can carry an infinity, so a sum
   * that overflows stays at the largest double.
   */
  static double finite(double number) {
    return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, number));
  }

  void write(ByteBuffer output) {
    output.putLong(count).putDouble(sum).putDouble(min).putDouble(max);
  }

  /**
   * Reads the result of {@link #write}.
   *
   * @throws IllegalArgumentException if the numbers contradict each other
   */
  void read(ByteBuffer input) {
    count = input.getLong();
    sum = input.getDouble();
    min = input.getDouble();
    max = input.getDouble();
    boolean validEmpty = count == 0 && sum == 0 && Double.isNaN(min) && Double.isNaN(max);
    boolean validNonEmpty =
        count > 0
            && Double.isFinite(sum)
            && Double.isFinite(min)
            && Double.isFinite(max)
            && min <= max;
    if (!validEmpty && !validNonEmpty) {
      throw new IllegalArgumentException(
          "inconsistent packed aggregate: count "
              + count
              + ", min "
              + min
              + ", max "
              + max
              + ", sum "
              + sum);
    }
  }

  long count() {
    return count;
  }

  double sum() {
    return sum;
  }

  /**
   * Returns the mean; NaN if there is none. It lies between min and max even if the sum was rounded
   * or overflowed.
   */
  double mean() {
    return count == 0 ? Double.NaN : Math.max(min, Math.min(max, sum / count));
  }

  double min() {
    return min;
  }

  double max() {
    return max;
  }
}
