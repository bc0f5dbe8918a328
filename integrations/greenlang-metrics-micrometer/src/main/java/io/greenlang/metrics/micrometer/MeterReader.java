package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.NamingConvention;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A reader of one meter, which turns its state into samples. Confined to the thread that collects.
 */
final class MeterReader {

  private static final TimeUnit UNIT = TimeUnit.MILLISECONDS;
  private static final int MAX_LOGGED = 64;

  /** The statistics that only grow. */
  private static final Set<Statistic> TOTALS =
      EnumSet.of(Statistic.COUNT, Statistic.TOTAL, Statistic.TOTAL_TIME);

  private final Meter meter;
  private final Channel channel;
  private final String name;
  private final Tags tags;

  private boolean reported;

  /** The reason why the name or the tags are invalid; null if they are valid. */
  private final @Nullable Throwable invalid;

  /**
   * Creates a reader. If the tags of the meter exceed a limit, or the naming convention throws,
   * each {@link #read} fails.
   */
  MeterReader(Meter meter, Channel channel, NamingConvention convention) {
    this.meter = meter;
    this.channel = channel;
    String validName = meter.getId().getName();
    Tags validTags = Tags.empty();
    Throwable problem = null;
    try {
      validName = name(meter.getId(), convention);
      validTags = tags(meter.getId(), convention);
    } catch (Throwable e) {
      problem = e;
    }
    this.name = validName;
    this.tags = validTags;
    this.invalid = problem;
  }

  private static String name(Meter.Id id, NamingConvention convention) {
    @Nullable String name = id.getConventionName(convention);
    if (name == null) {
      throw new IllegalArgumentException("the naming convention returned null for the name");
    }
    return name;
  }

  private static Tags tags(Meter.Id id, NamingConvention convention) {
    Map<String, String> values = new TreeMap<>();
    for (Tag tag : id.getConventionTags(convention)) {
      values.put(tag.getKey(), tag.getValue());
    }
    return Tags.of(values);
  }

  /** Returns the name of the meter, by the naming convention. */
  String name() {
    return name;
  }

  Meter.Id id() {
    return meter.getId();
  }

  /** Returns whether the reader has not reported a problem yet, and notes that it has now. */
  boolean reportFirst() {
    boolean first = !reported;
    reported = true;
    return first;
  }

  /**
   * Reads the meter.
   *
   * @throws IllegalArgumentException if a value is NaN or infinite, or the name or a tag exceeds a
   *     limit of {@link Metric}
   * @throws Throwable any exception or error of the naming convention or of the meter's function
   */
  void read(Consumer<Metric> samples) throws Throwable {
    if (invalid != null) {
      throw invalid;
    }
    if (meter instanceof LongTaskTimer timer) {
      readRunning(timer, samples);
    } else if (meter instanceof MergeableMeter mergeable) {
      distribution(name, mergeable.drain(), samples);
    } else {
      meter.use(
          gauge -> gauge(name, gauge.value(), samples),
          counter -> counter(name, counter.count(), samples),
          timer -> readTimer(timer, samples),
          summary -> readSummary(summary, samples),
          timer -> readRunning(timer, samples),
          gauge -> readTimeGauge(gauge, samples),
          counter -> counter(name, counter.count(), samples),
          timer -> readFunctionTimer(timer, samples),
          custom -> readMeasurements(custom, samples));
    }
  }

  private void readTimer(Timer timer, Consumer<Metric> samples) {
    counter(name + ".count", (double) timer.count(), samples);
    counter(name + ".total", timer.totalTime(UNIT), samples);
    gauge(name + ".max", timer.max(UNIT), samples);
  }

  private void readSummary(DistributionSummary summary, Consumer<Metric> samples) {
    counter(name + ".count", (double) summary.count(), samples);
    counter(name + ".total", summary.totalAmount(), samples);
    gauge(name + ".max", summary.max(), samples);
  }

  private void readRunning(LongTaskTimer timer, Consumer<Metric> samples) {
    gauge(name + ".active", timer.activeTasks(), samples);
    if (timer instanceof MergeableMeter mergeable) {
      distribution(name, mergeable.drain(), samples);
    } else {
      gauge(name + ".total", timer.duration(UNIT), samples);
      gauge(name + ".max", timer.max(UNIT), samples);
    }
  }

  private void readTimeGauge(TimeGauge gauge, Consumer<Metric> samples) {
    gauge(name, gauge.value(UNIT), samples);
  }

  private void readFunctionTimer(FunctionTimer timer, Consumer<Metric> samples) {
    counter(name + ".count", timer.count(), samples);
    counter(name + ".total", timer.totalTime(UNIT), samples);
  }

  private void readMeasurements(Meter custom, Consumer<Metric> samples) {
    for (Measurement measurement : custom.measure()) {
      Statistic statistic = measurement.getStatistic();
      String part = name + "." + statistic.getTagValueRepresentation();
      if (TOTALS.contains(statistic)) {
        counter(part, measurement.getValue(), samples);
      } else {
        gauge(part, measurement.getValue(), samples);
      }
    }
  }

  private void gauge(String metric, double value, Consumer<Metric> samples) {
    samples.accept(new Metric(channel, metric, MetricType.GAUGE, value, null, tags));
  }

  private void counter(String metric, double total, Consumer<Metric> samples) {
    @Nullable CounterStart start = meter instanceof StartedCounter own ? own.start() : null;
    samples.accept(new Metric(channel, metric, MetricType.COUNTER, total, null, tags, start));
  }

  private void distribution(
      String metric, @Nullable Distribution distribution, Consumer<Metric> samples) {
    if (distribution != null) {
      samples.accept(Metric.distribution(channel, metric, distribution, tags));
    }
  }

  /** Returns a description for the log, which may not contain what an attacker can forge. */
  @Override
  public String toString() {
    String shown = name.substring(0, Math.min(MAX_LOGGED, name.length()));
    return shown.replaceAll("\\p{Cntrl}", "?") + tags;
  }
}
