package io.greenlang.metrics.aggregate;

import java.nio.ByteBuffer;

/**
 * Of a running total, the last one, how much was added, and how fast.
 *
 * <p>A total that falls has been reset: its source restarted at zero, so all of the new total was
 * added since. What was added between the last reading of the stretch before and the first of this
 * one belongs to this one, so that nothing is lost between windows. The very first reading of a
 * series adds nothing: nobody knows over what time it grew.
 */
final class CounterAggregate extends SpreadAggregate {

  /** The last total of the stretch before; NaN if there was none. */
  private double before = Double.NaN;

  private double first = Double.NaN;
  private double last = Double.NaN;

  /** Added from the first reading to the last. */
  private double within;

  /** Of other series over the same stretch. */
  private double othersLast;

  private double othersDelta;

  @Override
  public void add(double total) {
    spread.add(total);
    if (Double.isNaN(first)) {
      first = total;
    } else {
      within += growth(last, total);
    }
    last = total;
  }

  @Override
  public void append(Aggregate later) {
    CounterAggregate after = (CounterAggregate) later;
    if (after.count() == 0) {
      return;
    }
    if (Double.isNaN(first)) {
      first = after.first;
      before = Double.isNaN(before) ? after.before : before;
      within = after.within;
    } else if (!Double.isNaN(after.first)) {
      within += growth(last, after.first) + after.within;
    }
    last = Double.isNaN(after.last) ? last : after.last;
    othersLast = after.othersLast;
    othersDelta += after.othersDelta;
    spread.add(after.spread);
  }

  @Override
  public void combine(Aggregate other) {
    CounterAggregate beside = (CounterAggregate) other;
    if (beside.count() > 0) {
      othersLast += beside.value();
      othersDelta += beside.delta();
      spread.add(beside.spread);
    }
  }

  @Override
  public void follow(Aggregate earlier) {
    CounterAggregate preceding = (CounterAggregate) earlier;
    before = Double.isNaN(preceding.last) ? preceding.before : preceding.last;
  }

  @Override
  public double value() {
    if (count() == 0) {
      return Double.NaN;
    }
    return Spread.finite(Double.isNaN(last) ? othersLast : last + othersLast);
  }

  @Override
  public void describe(long millis, Details details) {
    details.put("delta", delta());
    details.put("rate", Spread.finite(delta() / millis * 1000));
  }

  @Override
  byte[] packRest() {
    return ByteBuffer.allocate(6 * Double.BYTES)
        .putDouble(before)
        .putDouble(first)
        .putDouble(last)
        .putDouble(within)
        .putDouble(othersLast)
        .putDouble(othersDelta)
        .array();
  }

  @Override
  void unpackRest(ByteBuffer in) {
    before = in.getDouble();
    first = in.getDouble();
    last = in.getDouble();
    within = in.getDouble();
    othersLast = in.getDouble();
    othersDelta = in.getDouble();
  }

  private double delta() {
    double own = Double.isNaN(before) || Double.isNaN(first) ? 0 : growth(before, first);
    return Spread.finite(own + within + othersDelta);
  }

  private static double growth(double from, double to) {
    return Spread.finite(to >= from ? to - from : to);
  }
}
