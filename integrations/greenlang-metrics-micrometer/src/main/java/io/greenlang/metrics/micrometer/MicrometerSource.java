package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.step.StepMeterRegistry;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
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
 * <p>A meter whose value is NaN, whose name or tags exceed a limit of {@link Metric}, or whose
 * series another meter has, is left out of that collection. It is counted in {@link #skipped} and
 * logged once. The others are not affected.
 *
 * <p>Use one source per registry: two would share the observations. The collector calls {@link
 * #collect} on one thread; every thread may call {@link #skipped}.
 */
public final class MicrometerSource implements MetricSource {

  /** The channel of the meters, unless another is given. */
  public static final Channel DEFAULT_CHANNEL = new Channel("application.metrics");

  private static final Logger log = LoggerFactory.getLogger(MicrometerSource.class);

  private final MeterRegistry registry;
  private final Channel channel;
  private final MeterReaders readers;
  private final RemovedMeters removed = new RemovedMeters();
  private final LongAdder skipped = new LongAdder();
  private int previousSamples;

  private MicrometerSource(MeterRegistry registry, Channel channel) {
    this.registry = registry;
    this.channel = channel;
    this.readers = new MeterReaders(channel);
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
    removed.drain(meter -> samples.addFinal(readers.get(meter)));
    registry.forEachMeter(meter -> samples.add(readers.get(meter)));
    readers.end();
    report(samples);
    previousSamples = samples.metrics().size();
    return samples.metrics();
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
      String shown = String.join("; ", problems.subList(0, Math.min(5, problems.size())));
      log.warn("Left out {} meters of {}: {}", problems.size(), channel, shown);
    }
  }

  /** Returns how many times a meter was left out of a collection since this source was created. */
  public long skipped() {
    return skipped.sum();
  }

  /** Returns a description for logs. */
  @Override
  public String toString() {
    return "MicrometerSource[" + registry.getClass().getSimpleName() + " on " + channel + "]";
  }
}
