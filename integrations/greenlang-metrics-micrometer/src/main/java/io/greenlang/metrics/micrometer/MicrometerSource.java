package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSource;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.step.StepMeterRegistry;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source that publishes the meters of a registry. Each collection reads all of them.
 *
 * <p>From a {@link GreenlangMeterRegistry} nothing is lost. Another registry keeps no distribution
 * that can be merged. Its timers and summaries are published as the counters {@code NAME.count} and
 * {@code NAME.total} and the gauge {@code NAME.max}. Means are correct over windows, tags and
 * instances, and percentiles are missing.
 *
 * <p>A meter whose value is NaN, whose name or tags exceed a limit of {@link Metric}, whose series
 * another meter has, or that throws, is left out of that collection. It is counted in {@link
 * #skipped} and logged once. The others are not affected. Meters whose counts restart with each
 * step are left out, too: those of a registry that is configured for steps or deltas, and all
 * counters, timers and summaries of a composite with such a registry.
 *
 * <p>Use one source per registry: two would share the observations. The collector calls {@link
 * #collect} on one thread; every thread may call the other methods. Close a source that the
 * collector no longer uses before its registry ends.
 */
public final class MicrometerSource implements MetricSource, AutoCloseable {

  /** The channel of the meters, unless another is given. */
  public static final Channel DEFAULT_CHANNEL = new Channel("application.metrics");

  private static final Logger log = LoggerFactory.getLogger(MicrometerSource.class);

  private final MeterRegistry registry;
  private final Channel channel;
  private final MeterReaders readers;
  private final StepMeters steps;
  private final RemovedMeters removed = new RemovedMeters();
  private final LongAdder skipped = new LongAdder();
  private int previousSamples;
  private boolean reportedSteps;

  private MicrometerSource(MeterRegistry registry, Channel channel) {
    this.registry = registry;
    this.channel = channel;
    this.readers = new MeterReaders(channel);
    this.steps = new StepMeters(registry);
    registry.config().onMeterRemoved(removed::add);
  }

  /**
   * Returns a source that publishes on {@link #DEFAULT_CHANNEL}.
   *
   * @throws IllegalArgumentException if it is a {@link StepMeterRegistry}, whose counts restart
   *     with each step
   */
  public static MicrometerSource of(MeterRegistry registry) {
    return of(registry, DEFAULT_CHANNEL);
  }

  /**
   * Returns a source that publishes on a channel.
   *
   * @throws IllegalArgumentException if it is a {@link StepMeterRegistry}, whose counts restart
   *     with each step
   */
  public static MicrometerSource of(MeterRegistry registry, Channel channel) {
    if (registry instanceof StepMeterRegistry) {
      throw new IllegalArgumentException(
          registry.getClass().getName()
              + " is a StepMeterRegistry: its counts restart with each step, so no total can be"
              + " published; add a GreenlangMeterRegistry to the application instead");
    }
    return new MicrometerSource(registry, channel);
  }

  /** Returns {@code micrometer}. */
  @Override
  public String name() {
    return "micrometer";
  }

  /** Returns the samples of all meters that could be read. */
  @Override
  public Collection<Metric> collect() {
    MeterSamples samples = new MeterSamples(previousSamples);
    readers.begin(registry.config().namingConvention());
    steps.begin();
    removed.drain(meter -> read(meter, samples, samples::addFinal));
    registry.forEachMeter(meter -> read(meter, samples, samples::add));
    readers.end();
    report(samples);
    previousSamples = samples.metrics().size();
    return samples.metrics();
  }

  private void read(Meter meter, MeterSamples samples, Consumer<MeterReader> addition) {
    if (steps.contains(meter)) {
      samples.skipStep();
    } else {
      addition.accept(readers.get(meter));
    }
  }

  /**
   * Returns the units and descriptions of the meters that were collected so far. Base units become
   * units of UCUM: {@code bytes} is {@code By}, and {@code threads} is {@code {thread}}.
   */
  @Override
  public Collection<MetricDescription> descriptions() {
    return readers.descriptions();
  }

  private void report(MeterSamples samples) {
    skipped.add(samples.skipped());
    List<String> problems = samples.problems();
    if (!problems.isEmpty()) {
      log.warn(
          "Left out {} meters of {}, among them: {}",
          samples.skipped(),
          channel,
          String.join("; ", problems));
    }
    if (samples.steps() > 0 && !reportedSteps) {
      reportedSteps = true;
      log.warn(
          "Left out {} meters of {}, because {} has counts that restart with each step; add a"
              + " GreenlangMeterRegistry to the application, and collect that",
          samples.steps(),
          channel,
          registry.getClass().getName());
    }
  }

  /** Returns how many times a meter was left out of a collection since this source was created. */
  public long skipped() {
    return skipped.sum();
  }

  /**
   * Discards the meters that were removed since the last collection, and ignores later ones.
   * Micrometer cannot remove the listener by which this source learns of them. The registry remains
   * open.
   */
  @Override
  public void close() {
    removed.close();
  }

  /** Returns a description for logs. */
  @Override
  public String toString() {
    return "MicrometerSource[" + registry.getClass().getSimpleName() + " on " + channel + "]";
  }
}
