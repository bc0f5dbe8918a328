package io.greenlang.metrics.micrometer;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionCounter;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.internal.DefaultGauge;
import io.micrometer.core.instrument.internal.DefaultMeter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A registry of Micrometer whose meters become metrics. Timers, summaries and long task timers
 * record into distributions that stay mergeable, so that percentiles are correct over windows, tags
 * and instances. Counters are running totals.
 *
 * <pre>{@code
 * GreenlangMeterRegistry registry = new GreenlangMeterRegistry();
 * Metrics.addRegistry(registry);
 * MetricCollector collector =
 *     MetricCollector.builder(hub).standardSources().source(MicrometerSource.of(registry)).build();
 * }</pre>
 *
 * <p>Durations are in milliseconds. Names keep their dots; set another {@link NamingConvention}
 * with {@code config().namingConvention(…)}. Nothing is published until a collector runs a {@link
 * MicrometerSource} of this registry. Thread-safe.
 *
 * <p>Memory per timer or summary: that of a {@code DistributionRecorder}. The application bounds
 * the number of meters, with {@code MeterFilter.maximumAllowableTags} for example.
 */
public final class GreenlangMeterRegistry extends MeterRegistry {

  /** The period after which the maximum of a meter is forgotten, as in Micrometer's own default. */
  private static final Duration MAX_EXPIRY = Duration.ofMinutes(1);

  /** Creates a registry that measures time by the system's clock. */
  public GreenlangMeterRegistry() {
    this(Clock.SYSTEM);
  }

  /** Creates a registry that measures time by the given clock. */
  public GreenlangMeterRegistry(Clock clock) {
    super(clock);
    config().namingConvention(NamingConvention.identity);
  }

  @Override
  protected <T> Gauge newGauge(Meter.Id id, @Nullable T state, ToDoubleFunction<T> value) {
    return new DefaultGauge<>(id, state, value);
  }

  @Override
  protected Counter newCounter(Meter.Id id) {
    return new StartedCounter(id, clock);
  }

  @Override
  protected LongTaskTimer newLongTaskTimer(Meter.Id id, DistributionStatisticConfig config) {
    return new SketchLongTaskTimer(id, clock, config);
  }

  @Override
  protected Timer newTimer(
      Meter.Id id, DistributionStatisticConfig config, PauseDetector pauseDetector) {
    return new SketchTimer(id, clock, config, pauseDetector);
  }

  @Override
  protected DistributionSummary newDistributionSummary(
      Meter.Id id, DistributionStatisticConfig config, double scale) {
    return new SketchSummary(id, clock, config, scale);
  }

  @Override
  protected Meter newMeter(Meter.Id id, Meter.Type type, Iterable<Measurement> measurements) {
    return new DefaultMeter(id, type, measurements);
  }

  @Override
  protected <T> FunctionTimer newFunctionTimer(
      Meter.Id id,
      T state,
      ToLongFunction<T> count,
      ToDoubleFunction<T> totalTime,
      TimeUnit unitOfTotal) {
    return new CumulativeFunctionTimer<>(
        id, state, count, totalTime, unitOfTotal, getBaseTimeUnit());
  }

  @Override
  protected <T> FunctionCounter newFunctionCounter(
      Meter.Id id, T state, ToDoubleFunction<T> count) {
    return new CumulativeFunctionCounter<>(id, state, count);
  }

  @Override
  protected TimeUnit getBaseTimeUnit() {
    return TimeUnit.MILLISECONDS;
  }

  @Override
  protected DistributionStatisticConfig defaultHistogramConfig() {
    return DistributionStatisticConfig.builder()
        .expiry(MAX_EXPIRY)
        .build()
        .merge(DistributionStatisticConfig.DEFAULT);
  }
}
