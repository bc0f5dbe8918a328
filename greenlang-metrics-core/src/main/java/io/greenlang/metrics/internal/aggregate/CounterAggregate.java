package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.aggregate.Aggregate;
import java.nio.ByteBuffer;

/**
 * The aggregate of a running total: its last value, its increase and its rate.
 *
 * <p>A total that falls has been reset: its source restarted at zero, so the whole new total counts
 * as an increase. The increase between the last sample of the preceding window and the first sample
 * of this one belongs to this window, so nothing is lost between windows. The very first sample of
 * a series adds nothing, because the time over which it grew is unknown.
 */
final class CounterAggregate extends SummaryAggregate {

  /** The last total of the preceding window; NaN if there was none. */
  private double previousLast = Double.NaN;

  private double first = Double.NaN;
  private double last = Double.NaN;

  /** The increase from the first sample to the last. */
  private double increase;

  /** The sum of the last totals of other series over the same window. */
  private double othersLast;

  /** The sum of the increases of other series over the same window. */
  private double othersDelta;

  @Override
  public void add(double total, long timeMillis) {
    summary.add(total);
    if (Double.isNaN(first)) {
      first = total;
    } else {
      increase += growth(last, total);
    }
    last = total;
  }

  @Override
  public void appendLater(Aggregate later) {
    CounterAggregate next = (CounterAggregate) later;
    if (next.count() == 0) {
      return;
    }
    if (Double.isNaN(first)) {
      first = next.first;
      previousLast = Double.isNaN(previousLast) ? next.previousLast : previousLast;
      increase = next.increase;
    } else if (!Double.isNaN(next.first)) {
      increase += growth(last, next.first) + next.increase;
    }
    last = Double.isNaN(next.last) ? last : next.last;
    othersLast = next.othersLast;
    othersDelta += next.othersDelta;
    summary.add(next.summary);
  }

  @Override
  public void mergeSeries(Aggregate other) {
    CounterAggregate counter = (CounterAggregate) other;
    if (counter.count() > 0) {
      othersLast += counter.value();
      othersDelta += counter.delta();
      summary.add(counter.summary);
    }
  }

  @Override
  public void startAfter(Aggregate earlier) {
    CounterAggregate preceding = (CounterAggregate) earlier;
    previousLast = Double.isNaN(preceding.last) ? preceding.previousLast : preceding.last;
  }

  @Override
  public double value() {
    if (count() == 0) {
      return Double.NaN;
    }
    return Summary.finite(Double.isNaN(last) ? othersLast : last + othersLast);
  }

  @Override
  public void forEachField(long millis, Details details) {
    details.put("delta", delta());
    details.put("rate", Summary.finite(delta() / millis * 1000));
  }

  @Override
  byte[] packExtra() {
    return ByteBuffer.allocate(6 * Double.BYTES)
        .putDouble(previousLast)
        .putDouble(first)
        .putDouble(last)
        .putDouble(increase)
        .putDouble(othersLast)
        .putDouble(othersDelta)
        .array();
  }

  @Override
  void unpackExtra(ByteBuffer in) {
    previousLast = in.getDouble();
    first = in.getDouble();
    last = in.getDouble();
    increase = in.getDouble();
    othersLast = in.getDouble();
    othersDelta = in.getDouble();
  }

  private double delta() {
    double sincePrevious =
        Double.isNaN(previousLast) || Double.isNaN(first) ? 0 : growth(previousLast, first);
    return Summary.finite(sincePrevious + increase + othersDelta);
  }

  private static double growth(double from, double to) {
    return Summary.finite(to >= from ? to - from : to);
  }
}
