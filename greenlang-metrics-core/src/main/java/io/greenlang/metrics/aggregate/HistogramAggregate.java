package io.greenlang.metrics.aggregate;

import java.nio.ByteBuffer;

/** The aggregate of a distribution's observations: the mean, the sum and percentiles. */
final class HistogramAggregate extends SpreadAggregate {

  private Sketch sketch = new Sketch();

  @Override
  public void add(double value) {
    spread.add(value);
    sketch.add(value);
  }

  @Override
  public void append(Aggregate later) {
    merge((HistogramAggregate) later);
  }

  @Override
  public void combine(Aggregate other) {
    merge((HistogramAggregate) other);
  }

  @Override
  public void follow(Aggregate earlier) {
    // A distribution does not depend on the preceding window.
  }

  @Override
  public double value() {
    return spread.mean();
  }

  @Override
  public void describe(long millis, Details details) {
    details.put("sum", spread.sum());
    details.put("p50", percentile(0.50));
    details.put("p95", percentile(0.95));
    details.put("p99", percentile(0.99));
  }

  @Override
  byte[] packRest() {
    return sketch.pack();
  }

  @Override
  void unpackRest(ByteBuffer input) {
    sketch = Sketch.unpack(input, count());
  }

  /** Returns the sketch, which a {@link ConcurrentHistogram} drains into. */
  Sketch sketch() {
    return sketch;
  }

  private void merge(HistogramAggregate other) {
    spread.add(other.spread);
    sketch.add(other.sketch);
  }

  /**
   * Returns a percentile, limited to the observed range: the sketch returns the middle of a bin,
   * which may lie outside of it.
   */
  private double percentile(double quantile) {
    return Math.max(spread.min(), Math.min(spread.max(), sketch.quantile(quantile)));
  }
}
