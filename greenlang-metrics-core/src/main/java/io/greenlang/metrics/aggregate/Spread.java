package io.greenlang.metrics.aggregate;

import java.nio.ByteBuffer;

/** Count, sum, least and greatest of some readings. */
final class Spread {

  /** How many bytes one is written in. */
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

  void add(Spread other) {
    add(other.count, other.sum, other.min, other.max);
  }

  /** Adds what some readings came to; nothing if there was none. */
  void add(long readings, double theirSum, double least, double greatest) {
    if (readings > 0) {
      count += readings;
      sum = finite(sum + theirSum);
      widen(least, greatest);
    }
  }

  /** Not by Math.min: NaN, which stands for "none yet", must lose. */
  private void widen(double low, double high) {
    if (!(low >= min)) {
      min = low;
    }
    if (!(high <= max)) {
      max = high;
    }
  }

  /** No message can carry an infinity; a sum beyond all doubles stays at the last of them. */
  static double finite(double number) {
    return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, number));
  }

  void write(ByteBuffer out) {
    out.putLong(count).putDouble(sum).putDouble(min).putDouble(max);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if no readings can have come to that
   */
  void read(ByteBuffer in) {
    count = in.getLong();
    sum = in.getDouble();
    min = in.getDouble();
    max = in.getDouble();
    boolean none = count == 0 && sum == 0 && Double.isNaN(min) && Double.isNaN(max);
    boolean some =
        count > 0
            && Double.isFinite(sum)
            && Double.isFinite(min)
            && Double.isFinite(max)
            && min <= max;
    if (!none && !some) {
      throw new IllegalArgumentException(
          count + " readings from " + min + " to " + max + " with the sum " + sum);
    }
  }

  long count() {
    return count;
  }

  double sum() {
    return sum;
  }

  /** Between the least and the greatest also where the sum was rounded, or stayed at the last. */
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
