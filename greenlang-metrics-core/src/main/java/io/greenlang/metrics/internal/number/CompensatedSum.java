package io.greenlang.metrics.internal.number;

import java.nio.ByteBuffer;

/**
 * A sum of finite doubles with Neumaier's compensation: it keeps the low-order bits that an
 * addition rounds away. If the sum exceeds the range of a double, it continues at 2^-64 of its
 * size, so that the mean stays correct. Not thread-safe. Adding does not allocate.
 */
public final class CompensatedSum {

  /** The length of a written sum, in bytes. */
  public static final int BYTES = 2 * Double.BYTES + 1;

  /** The factor of a sum that has exceeded the range. No 2^63 doubles reach the range again. */
  private static final double REDUCED = 0x1p-64;

  private double sum;

  /** The sum of the bits that were rounded away. */
  private double lost;

  /** The factor by which both numbers are multiplied: 1 or {@link #REDUCED}. */
  private double scale = 1;

  /**
   * Adds a number.
   *
   * @param value finite
   */
  public void add(double value) {
    if (!accumulate(value * scale)) {
      reduce();
      accumulate(value * scale);
    }
  }

  /**
   * Adds a number several times at once.
   *
   * @param value finite
   * @param count greater than 0, at most 2^53
   */
  public void add(double value, long count) {
    double product = value * count;
    if (Double.isInfinite(product)) {
      reduce();
    }
    double factor = value * scale;
    double scaled = factor * count;
    if (!accumulate(scaled)) {
      reduce();
      factor = value * scale;
      scaled = factor * count;
      accumulate(scaled);
    }
    lost += Math.fma(factor, (double) count, -scaled);
  }

  /**
   * Adds numbers of which the sum and the mean are known. The mean counts if the sum exceeds the
   * range of a double.
   *
   * @param limitedSum the sum, limited to the finite doubles
   * @param mean finite
   * @param count the number of numbers; see {@link #add(double, long)}
   */
  public void add(double limitedSum, double mean, long count) {
    if (isLimited(limitedSum)) {
      add(mean, count);
    } else {
      add(limitedSum);
    }
  }

  /** Returns whether a sum, limited to the finite doubles, may exceed their range. */
  public static boolean isLimited(double limitedSum) {
    return Math.abs(limitedSum) == Double.MAX_VALUE;
  }

  /** Returns a copy. */
  public CompensatedSum copy() {
    CompensatedSum copy = new CompensatedSum();
    copy.add(this);
    return copy;
  }

  /** Adds another sum, which is not modified. */
  public void add(CompensatedSum other) {
    if (other.scale < scale || !accumulate(other.sum * (scale / other.scale))) {
      reduce();
      accumulate(other.sum * (scale / other.scale));
    }
    lost += other.lost * (scale / other.scale);
  }

  /** Returns the sum, limited to the finite doubles. */
  public double value() {
    double total = (sum + lost) / scale;
    return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, total));
  }

  /**
   * Returns the sum divided by a number, without overflow of the sum itself; finite.
   *
   * @param count greater than 0
   */
  public double dividedBy(long count) {
    double quotient = (sum + lost) / count / scale;
    return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, quotient));
  }

  /** Returns whether the sum is that of no numbers. */
  public boolean isZero() {
    return sum == 0 && lost == 0 && scale == 1;
  }

  /** Writes the sum, {@value #BYTES} bytes. */
  public void write(ByteBuffer output) {
    output.putDouble(sum).putDouble(lost).put((byte) (scale == 1 ? 0 : 1));
  }

  /**
   * Reads the result of {@link #write}.
   *
   * @throws IllegalArgumentException if the bytes are not a written sum
   */
  public void read(ByteBuffer input) {
    sum = input.getDouble();
    lost = input.getDouble();
    byte reduced = input.get();
    if (!Double.isFinite(sum) || !Double.isFinite(lost) || reduced < 0 || reduced > 1) {
      throw new IllegalArgumentException(
          "packed sum must consist of two finite numbers and 0 or 1, but was "
              + sum
              + ", "
              + lost
              + " and "
              + reduced);
    }
    scale = reduced == 0 ? 1 : REDUCED;
  }

  /** Adds a number of this scale; returns false, without an effect, if the sum would overflow. */
  private boolean accumulate(double scaled) {
    double next = sum + scaled;
    if (Double.isInfinite(next)) {
      return false;
    }
    lost += Math.abs(sum) >= Math.abs(scaled) ? (sum - next) + scaled : (scaled - next) + sum;
    sum = next;
    return true;
  }

  private void reduce() {
    if (scale == 1) {
      scale = REDUCED;
      sum *= REDUCED;
      lost *= REDUCED;
    }
  }
}
