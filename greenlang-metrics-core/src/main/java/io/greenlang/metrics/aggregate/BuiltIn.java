package io.greenlang.metrics.aggregate;

import io.greenlang.metrics.MetricType;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;

/** An aggregator for one of the three built-in metric types. */
record BuiltIn(MetricType type, Supplier<SpreadAggregate> factory) implements Aggregator {

  static final BuiltIn GAUGES = new BuiltIn(MetricType.GAUGE, GaugeAggregate::new);
  static final BuiltIn COUNTERS = new BuiltIn(MetricType.COUNTER, CounterAggregate::new);
  static final BuiltIn HISTOGRAMS = new BuiltIn(MetricType.HISTOGRAM, HistogramAggregate::new);
  static final List<BuiltIn> ALL = List.of(GAUGES, COUNTERS, HISTOGRAMS);

  /** The first byte of every packed aggregate. It allows later versions to change the format. */
  static final byte VERSION = 1;

  @Override
  public Aggregate create() {
    return factory.get();
  }

  @Override
  public Aggregate unpack(byte[] packed) {
    ByteBuffer input = ByteBuffer.wrap(packed);
    SpreadAggregate aggregate = factory.get();
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
