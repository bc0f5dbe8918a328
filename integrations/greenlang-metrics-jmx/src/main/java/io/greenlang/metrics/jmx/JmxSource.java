package io.greenlang.metrics.jmx;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.jmx.BeanReader.Run;
import io.greenlang.metrics.jmx.BeanReader.Sample;
import io.greenlang.metrics.jmx.SeriesMapper.Series;
import io.greenlang.metrics.jmx.TaskRunner.Punctuality;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A source of the attributes of MBeans. It reads them while a client watches its channel, and has
 * no thread otherwise.
 *
 * <pre>{@code
 * JmxSource pools = JmxSource.builder()
 *     .include("com.zaxxer.hikari:type=Pool *")
 *     .rule(JmxRule.matching("<type=Pool \\((.+)\\)><>(\\w+)Connections")
 *         .name("pool.connections.$2")
 *         .tag("pool", "$1"))
 *     .build();
 * }</pre>
 *
 * <p>Numbers and booleans are values, and so are those in composite and tabular data. {@linkplain
 * JmxRule Rules} choose values and name their metrics. By default, the name consists of the domain,
 * the property {@code type} or otherwise the first one, and the way to the value, such as {@code
 * java.lang.Memory.HeapMemoryUsage.used}. The other properties and the keys of rows are tags.
 *
 * <p>An MBean that throws or hangs affects only itself. Calls run on another thread. If an MBean
 * exceeds the timeout, the source leaves it out until its call returns. The number of threads that
 * wait for such MBeans is {@linkplain JmxSourceBuilder#maxThreads limited}. At the limit, the
 * source leaves out MBeans that never answered, and has two more threads for the others. An MBean
 * whose last answer was late may use only the first of these. If both wait, the source reads no
 * MBean until a call returns.
 *
 * <p>Bounds: 10,000 MBeans, 1,000 values of each, and the number of series. Discarded values and
 * failures are counted in {@link #stats} and logged at most once per minute.
 *
 * <p>The collector calls {@link #collect} on one thread. Any thread may call {@link #stats}.
 */
public final class JmxSource implements MetricSource {

  /**
   * The channel of the metrics, unless another is given: {@code jmx.metrics}. It is a channel of
   * its own, so that a client that watches {@code jvm.metrics} does not make the source read all
   * MBeans.
   */
  public static final Channel DEFAULT_CHANNEL = new Channel("jmx.metrics");

  private static final ThrottledLog log =
      new ThrottledLog(LoggerFactory.getLogger(JmxSource.class));

  private final String name;
  private final Channel channel;
  private final long refreshNanos;
  private final BeanDirectory directory;
  private final TaskRunner runner;
  private final SeriesLimit limit;
  private final EmptySelections emptySelections = new EmptySelections();
  private final LongAdder failures = new LongAdder();
  private final LongAdder discarded = new LongAdder();

  // The following belong to the thread of the collector; the volatile ones are read by any.
  private final Map<String, MetricDescription> describedNames = new LinkedHashMap<>();
  private List<MetricDescription> descriptions = List.of();
  private long lastRefreshNanos;
  private boolean refreshed;
  private volatile int beans;
  private volatile int hangingBeans;
  private volatile int publishedSeries;

  JmxSource(JmxSourceBuilder builder) {
    name = builder.name;
    channel = builder.channel;
    refreshNanos = builder.refreshInterval.toNanos();
    directory = new BeanDirectory(builder);
    runner = new TaskRunner(builder.beanTimeout.toNanos(), builder.maxThreads);
    limit = new SeriesLimit(builder.maxSeries);
  }

  /** Returns a builder of a source. */
  public static JmxSourceBuilder builder() {
    return new JmxSourceBuilder();
  }

  /** Returns {@code jmx}, unless the builder has another name. */
  @Override
  public String name() {
    return name;
  }

  /** Returns the channel of the metrics, so that the source idles while no client watches it. */
  @Override
  public Channel demandChannel() {
    return channel;
  }

  /**
   * Returns the values of all MBeans that answer in time.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  @Override
  public Collection<Metric> collect() throws InterruptedException {
    long now = System.nanoTime();
    if (!refreshed || now - lastRefreshNanos >= refreshNanos) {
      lastRefreshNanos = now;
      refresh();
    }
    List<Run> runs = new ArrayList<>();
    for (BeanReader reader : directory.readers()) {
      if (!reader.isBusy()) {
        runs.add(reader.new Run());
      }
    }
    // A new MBean that hangs must not take the time and the threads of the others first.
    runs.sort(Comparator.comparing(run -> run.reader().punctuality()));
    TaskRunner.Outcome<Run> outcome = runner.run(runs, run -> run.reader().punctuality());
    outcome.ended().forEach(run -> run.reader().setPunctuality(Punctuality.PROMPT));
    // If its call never returns, the reader stays busy and is not asked again.
    outcome.abandoned().forEach(run -> run.reader().setPunctuality(Punctuality.LATE));
    report(outcome);
    beans = directory.readers().size();
    hangingBeans = (int) directory.readers().stream().filter(BeanReader::isBusy).count();
    return samples(outcome.ended(), now);
  }

  /** Looks for MBeans; if that fails or hangs, those that are known remain. */
  private void refresh() throws InterruptedException {
    BeanDirectory.Query query = directory.new Query();
    // A query that hangs must leave a thread to the MBeans.
    Punctuality punctuality = refreshed ? Punctuality.LATE : Punctuality.UNKNOWN;
    boolean ended = runner.run(List.of(query), each -> punctuality).ended().contains(query);
    if (!ended || query.failure() != null) {
      failures.increment();
      log.warn(
          "Failed to query the names of the MBeans; reading those that are known",
          ended ? query.failure() : null);
      return;
    }
    refreshed = true;
    emptySelections.onQuery(query.unmatched());
    int excess = directory.update(query);
    if (excess > 0) {
      discarded.add(excess);
      log.warn("Left out {} MBeans beyond the limit; include fewer object names", excess);
    }
  }

  private void report(TaskRunner.Outcome<Run> outcome) {
    for (Run hanging : outcome.abandoned()) {
      failures.increment();
      log.warn(
          "MBean {} did not answer in time; leaving it out until it does", hanging.reader().name());
    }
    if (outcome.notStarted() > 0) {
      failures.add(outcome.notStarted());
      log.warn(
          "Left out {} MBeans, because all threads wait for MBeans that hang; raise maxThreads, or"
              + " exclude those that hang",
          outcome.notStarted());
    }
    outcome.ended().forEach(this::report);
    emptySelections.onCollection(outcome.ended());
  }

  private void report(Run run) {
    failures.add(run.failures());
    discarded.add(run.discarded());
    @Nullable Throwable failure = run.failure();
    if (failure != null) {
      log.warn("Failed to read MBean {}; the others are unaffected", run.reader().name(), failure);
    }
    @Nullable String problem = run.problem();
    if (problem != null) {
      log.warn("Left out values of MBean {}: {}", run.reader().name(), problem);
    }
  }

  private List<Metric> samples(List<Run> runs, long now) {
    limit.beginCollection(now);
    List<Metric> metrics = new ArrayList<>();
    for (Run run : runs) {
      for (Sample sample : run.samples()) {
        Metric metric = admit(sample, run.reader());
        if (metric != null) {
          metrics.add(metric);
          describe(sample.series());
        }
      }
    }
    publishedSeries = metrics.size();
    return metrics;
  }

  /** Returns a sample; null if it exceeds the limit, is a duplicate or not a finite number. */
  private @Nullable Metric admit(Sample sample, BeanReader reader) {
    Series series = sample.series();
    double value = sample.number() * series.scale();
    if (!Double.isFinite(value)) {
      return null; // a bean that has no value says NaN
    }
    SeriesLimit.Admission admission = limit.admit(series);
    if (admission == SeriesLimit.Admission.ADMITTED) {
      return series.sample(sample.number());
    }
    discarded.increment();
    if (admission == SeriesLimit.Admission.DUPLICATE) {
      log.warn(
          "Left out a value of MBean {}: another one has the series {} {}; add tags to the rule",
          reader.name(),
          series.name(),
          series.tags());
    } else {
      log.warn(
          "Left out new series of MBean {}: the limit of {} is reached; narrow the rules, or raise"
              + " maxSeries",
          reader.name(),
          limit.maxSeries());
    }
    return null;
  }

  private void describe(Series series) {
    MetricDescription description = series.description();
    if (description != null
        && (describedNames.size() < limit.maxSeries()
            || describedNames.containsKey(description.name()))
        && !Objects.equals(describedNames.put(description.name(), description), description)) {
      descriptions = List.copyOf(describedNames.values());
    }
  }

  /** Returns the units and descriptions of the rules whose metrics were collected so far. */
  @Override
  public Collection<MetricDescription> descriptions() {
    return descriptions;
  }

  /** Returns the statistics of this source. */
  public JmxStats stats() {
    return new JmxStats(beans, hangingBeans, publishedSeries, failures.sum(), discarded.sum());
  }

  /** Returns a description for logs. */
  @Override
  public String toString() {
    return "JmxSource[" + name + " on " + channel + "]";
  }
}
