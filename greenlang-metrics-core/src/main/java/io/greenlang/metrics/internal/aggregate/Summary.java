package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.internal.number.CompensatedSum;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The count, sum, min and max of some samples. It has no object for the sum of a single sample: a
 * window of one second mostly has one, and each series has an aggregate in each open window.
 */
abstract class Summary {

  /** The length of a written summary, in bytes. */
  static final int BYTES = Long.BYTES + CompensatedSum.BYTES + 2 * Double.BYTES;

  /** The sum; null if nothing was added, or only one value, which is {@link #min} then. */
  private @Nullable CompensatedSum sum;

  private long count;
  private double min = Double.NaN;
  private double max = Double.NaN;

  final void add(double value) {
    if (count > 0) {
      ownSum().add(value);
    }
    count++;
    widen(value, value);
  }

  final void add(Summary other) {
    CompensatedSum otherSum = other.sum;
    if (otherSum != null) {
      ownSum().add(otherSum);
      count += other.count;
      widen(other.min, other.max);
    } else if (other.count > 0) {
      add(other.min);
    }
  }

  /** Adds the summary of the observations of a distribution. */
  final void add(Distribution distribution) {
    ownSum().add(distribution.sum(), distribution.mean(), distribution.count());
    count += distribution.count();
    widen(distribution.min(), distribution.max());
  }

  /** Returns the sum, which has an object from now on. */
  private CompensatedSum ownSum() {
    CompensatedSum own = currentSum();
    sum = own;
    return own;
  }

  /** Returns the sum. Changes nothing, because any thread may read a closed window. */
  private CompensatedSum currentSum() {
    CompensatedSum current = sum;
    if (current == null) {
      current = new CompensatedSum();
      if (count > 0) {
        current.add(min);
      }
    }
    return current;
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

  final void write(ByteBuffer output) {
    output.putLong(count);
    currentSum().write(output);
    output.putDouble(min).putDouble(max);
  }

  /**
   * Reads the result of {@link #write}.
   *
   * @throws IllegalArgumentException if the numbers contradict each other
   */
  final void read(ByteBuffer input) {
    count = input.getLong();
    CompensatedSum read = new CompensatedSum();
    read.read(input);
    sum = count == 0 ? null : read;
    min = input.getDouble();
    max = input.getDouble();
    boolean validEmpty = count == 0 && read.isZero() && Double.isNaN(min) && Double.isNaN(max);
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
              + read.value());
    }
  }

  /** Returns the number of samples. */
  public final long count() {
    return count;
  }

  /** Returns the sum, limited to the finite doubles. */
  final double sum() {
    return currentSum().value();
  }

  /**
   * Returns the mean; NaN if there is none. It is correct even if the sum exceeds the range of a
   * double, and lies between min and max.
   */
  final double mean() {
    CompensatedSum current = sum;
    return current == null ? min : Math.max(min, Math.min(max, current.dividedBy(count)));
  }

  /** Returns the smallest sample; NaN if there is none. */
  public final double min() {
    return min;
  }

  /** Returns the largest sample; NaN if there is none. */
  public final double max() {
    return max;
  }
}
