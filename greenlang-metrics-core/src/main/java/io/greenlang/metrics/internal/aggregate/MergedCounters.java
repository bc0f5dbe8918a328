package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.internal.number.CompensatedSum;
import java.nio.ByteBuffer;

/** The totals, increases and rates of several counters over the same range. */
final class MergedCounters {

  /** The length of written counters, in bytes. */
  static final int BYTES = 2 * CompensatedSum.BYTES + 2 * Double.BYTES + Long.BYTES;

  /** The last totals. */
  private CompensatedSum totals = new CompensatedSum();

  private final CompensatedSum deltas = new CompensatedSum();

  /** The sum of the rates, per millisecond. */
  private double rate;

  /** The increases that cover no time. */
  private double untimed;

  /** The longest time that an increase covers, in milliseconds. */
  private long coveredMillis;

  double total() {
    return totals.value();
  }

  double delta() {
    return deltas.value();
  }

  /**
   * Returns the rate per millisecond.
   *
   * @param rangeMillis the length of the range, which increases cover that cover no time
   */
  double rate(long rangeMillis) {
    return rate + untimed / rangeMillis;
  }

  /** Adds the last total of a counter. */
  void addTotal(double total) {
    totals.add(total);
  }

  /** Adds the increase of a counter, and the time that it covers. */
  void addDelta(CompensatedSum delta, long millis) {
    deltas.add(delta);
    if (millis > 0) {
      rate = Summary.finite(rate + delta.dividedBy(millis));
      coveredMillis = Math.max(coveredMillis, millis);
    } else {
      untimed = Summary.finite(untimed + delta.value());
    }
  }

  /** Adds other counters over the same range. */
  void add(MergedCounters other) {
    totals.add(other.totals);
    deltas.add(other.deltas);
    rate = Summary.finite(rate + other.rate);
    untimed = Summary.finite(untimed + other.untimed);
    coveredMillis = Math.max(coveredMillis, other.coveredMillis);
  }

  /** Appends the same counters over a later range. */
  void append(MergedCounters later) {
    totals = later.totals.copy();
    deltas.add(later.deltas);
    untimed = Summary.finite(untimed + later.untimed);
    long millis = coveredMillis + later.coveredMillis;
    if (millis > 0) {
      double share = (double) coveredMillis / millis;
      rate = rate * share + later.rate * (1 - share);
    }
    coveredMillis = millis;
  }

  void write(ByteBuffer output) {
    totals.write(output);
    deltas.write(output);
    output.putDouble(rate).putDouble(untimed).putLong(coveredMillis);
  }

  /** Reads the result of {@link #write}. */
  void read(ByteBuffer input) {
    totals.read(input);
    deltas.read(input);
    rate = Summary.requireFinite(input.getDouble());
    untimed = Summary.requireFinite(input.getDouble());
    coveredMillis = input.getLong();
  }
}
