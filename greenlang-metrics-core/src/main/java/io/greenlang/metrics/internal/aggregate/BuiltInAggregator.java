package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;

/** An aggregator for one of the three built-in metric types. */
public record BuiltInAggregator(MetricType type, Supplier<SummaryAggregate> factory)
    implements Aggregator {

  /** The aggregator for gauges, which reports the mean. */
  public static final BuiltInAggregator GAUGES =
      new BuiltInAggregator(MetricType.GAUGE, GaugeAggregate::new);

  /**
   * The aggregator for counters, which reports the last total, the increase and the rate per
   * second.
   */
  public static final BuiltInAggregator COUNTERS =
      new BuiltInAggregator(MetricType.COUNTER, CounterAggregate::new);

  /** The aggregator for histograms, which reports the mean and percentiles within 1 %. */
  public static final BuiltInAggregator HISTOGRAMS =
      new BuiltInAggregator(MetricType.HISTOGRAM, HistogramAggregate::new);

  static final List<BuiltInAggregator> ALL = List.of(GAUGES, COUNTERS, HISTOGRAMS);

  /** The first byte of every packed aggregate. It allows later versions to change the format. */
  static final byte VERSION = 3;

  @Override
  public Aggregate create() {
    return factory.get();
  }

  @Override
  public Aggregate unpack(byte[] packed) {
    ByteBuffer input = ByteBuffer.wrap(packed);
    SummaryAggregate aggregate = factory.get();
    try {
      byte version = input.get();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "packed "
                + type
                + " has version "
                + version
                + ", but only version "
                + VERSION
                + " is supported");
      }
      aggregate.unpack(input);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "packed " + type + " is truncated at " + packed.length + " bytes", e);
    }
    if (input.hasRemaining()) {
      throw new IllegalArgumentException(
          "packed " + type + " has " + input.remaining() + " trailing bytes");
    }
    return aggregate;
  }
}
