package io.greenlang.metrics.aggregate;

import io.greenlang.metrics.MetricType;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;

/** The aggregators of the three types that every hub knows. */
record BuiltIn(MetricType type, Supplier<SpreadAggregate> factory) implements Aggregator {

  static final BuiltIn GAUGES = new BuiltIn(MetricType.GAUGE, GaugeAggregate::new);
  static final BuiltIn COUNTERS = new BuiltIn(MetricType.COUNTER, CounterAggregate::new);
  static final BuiltIn HISTOGRAMS = new BuiltIn(MetricType.HISTOGRAM, HistogramAggregate::new);
  static final List<BuiltIn> ALL = List.of(GAUGES, COUNTERS, HISTOGRAMS);

  /** The first byte of all that is packed, so that a later version can tell. */
  static final byte VERSION = 1;

  @Override
  public Aggregate create() {
    return factory.get();
  }

  @Override
  public Aggregate unpack(byte[] packed) {
    ByteBuffer in = ByteBuffer.wrap(packed);
    SpreadAggregate aggregate = factory.get();
    try {
      byte version = in.get();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "a packed " + type + " of version " + version + "; this knows version " + VERSION);
      }
      aggregate.unpack(in);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a packed " + type + " of " + packed.length + " bytes", e);
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("a packed " + type + " has " + in.remaining() + " more");
    }
    return aggregate;
  }
}
