package io.greenlang.metrics.testkit;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import java.nio.ByteBuffer;

/**
 * An application-defined aggregator: each sample is one attempt, successful if greater than 0, and
 * the value is the fraction of successful attempts.
 */
final class RatioAggregator implements Aggregator {

  static final MetricType RATIO = new MetricType("ratio");

  private static final int BYTES = 2 * Long.BYTES + 2 * Double.BYTES;

  @Override
  public MetricType type() {
    return RATIO;
  }

  @Override
  public Aggregate create() {
    return new Ratio();
  }

  @Override
  public Aggregate unpack(byte[] packed) {
    if (packed.length != BYTES) {
      throw new IllegalArgumentException(
          "expected " + BYTES + " bytes of a packed ratio, but got " + packed.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(packed);
    Ratio ratio = new Ratio();
    ratio.attempts = buffer.getLong();
    ratio.successes = buffer.getLong();
    ratio.min = buffer.getDouble();
    ratio.max = buffer.getDouble();
    return ratio;
  }

  private static final class Ratio implements Aggregate {
    private long attempts;
    private long successes;
    private double min = Double.NaN;
    private double max = Double.NaN;

    @Override
    public void add(double value, long timeMillis) {
      attempts++;
      successes += value > 0 ? 1 : 0;
      widen(value, value);
    }

    @Override
    public void appendLater(Aggregate later) {
      mergeSeries(later);
    }

    @Override
    public void mergeSeries(Aggregate other) {
      Ratio ratio = (Ratio) other;
      attempts += ratio.attempts;
      successes += ratio.successes;
      if (ratio.attempts > 0) {
        widen(ratio.min, ratio.max);
      }
    }

    @Override
    public void startAfter(Aggregate earlier) {
      // Attempts are independent of each other.
    }

    @Override
    public long count() {
      return attempts;
    }

    @Override
    public double min() {
      return min;
    }

    @Override
    public double max() {
      return max;
    }

    @Override
    public double value() {
      return attempts == 0 ? Double.NaN : (double) successes / attempts;
    }

    @Override
    public void forEachField(long millis, Details details) {
      details.put("successes", (double) successes);
      details.put("failures", (double) (attempts - successes));
    }

    @Override
    public byte[] pack() {
      return ByteBuffer.allocate(BYTES)
          .putLong(attempts)
          .putLong(successes)
          .putDouble(min)
          .putDouble(max)
          .array();
    }

    private void widen(double low, double high) {
      min = Double.isNaN(min) ? low : Math.min(min, low);
      max = Double.isNaN(max) ? high : Math.max(max, high);
    }
  }
}
