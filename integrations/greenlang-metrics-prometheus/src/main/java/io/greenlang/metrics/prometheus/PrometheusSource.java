package io.greenlang.metrics.prometheus;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.prometheus.internal.scrape.ScrapeReport;
import io.greenlang.metrics.prometheus.internal.scrape.SeriesOptions;
import io.greenlang.metrics.prometheus.internal.scrape.TargetClient;
import io.greenlang.metrics.prometheus.internal.scrape.TargetMetrics;
import io.greenlang.metrics.prometheus.internal.scrape.TargetOptions;
import java.io.IOException;
import java.net.URI;
import java.util.Collection;

/**
 * A source that scrapes a target of Prometheus: an exporter, or an application that serves {@code
 * /metrics}. Each collection is one request over HTTP. The target answers in Prometheus' Protocol
 * Buffers, in OpenMetrics 1.0 or in text 0.0.4.
 *
 * <pre>{@code
 * MetricCollector.builder(hub)
 *     .source(PrometheusSource.scrape(URI.create("http://db-1:9100/metrics")))
 *     .build();
 * }</pre>
 *
 * <p>Names stay as they are, and labels become tags. Counters, gauges, untyped metrics, infos and
 * state sets become counters and gauges. The quantiles of a summary are gauges with the tag {@code
 * quantile}, and its {@code _sum} and {@code _count} are counters. A histogram becomes one {@link
 * io.greenlang.metrics.Distribution} of the observations since the previous scrape; so its first
 * scrape has none. A count that decreases, or a later {@code _created}, is a restart, after which
 * all observations count.
 *
 * <p>If a histogram has native buckets, its classic ones are skipped. Its quantiles are within
 * {@link io.greenlang.metrics.HistogramBuckets#relativeError} of its schema: 5.4 % at schema 3, and
 * 1.1 % at schema 8. Observations in the zero bucket count as 0. Only Protocol Buffers have native
 * buckets.
 *
 * <p>The timestamps of samples are ignored: all samples of a scrape have the time of its start.
 * Exemplars are ignored. A sample that is NaN has no value and is left out.
 *
 * <p>A line or a metric that breaks the format affects only itself. The collection fails if the
 * target does not answer within the timeout, redirects, answers with another content type, or
 * exceeds the limit of bytes. {@link #stats} counts all losses, and the log has each kind at most
 * once per minute.
 *
 * <p>Memory is bounded by the limits of the builder, on series and bytes. The collector calls
 * {@link #collect} and {@link #descriptions} on one thread; every thread may call {@link #stats}.
 */
public final class PrometheusSource implements MetricSource {

  /** The channel of the samples, unless another is set. */
  public static final Channel DEFAULT_CHANNEL = new Channel("prometheus.metrics");

  private final String name;
  private final TargetClient client;
  private final TargetMetrics metrics;
  private final ScrapeReport report;
  private final MetricsClock clock;

  PrometheusSource(String name, TargetOptions target, SeriesOptions series, MetricsClock clock) {
    this.name = name;
    this.client = new TargetClient(target);
    this.report = new ScrapeReport(target.toString(), clock);
    this.metrics = new TargetMetrics(series, report, clock);
    this.clock = clock;
  }

  /**
   * Returns a source of all series of a target, on the channel {@link #DEFAULT_CHANNEL}.
   *
   * @param target the address, such as {@code http://db-1:9100/metrics}
   * @throws IllegalArgumentException if it is not an address of HTTP or HTTPS, or has user
   *     information
   */
  public static PrometheusSource scrape(URI target) {
    return builder(target).build();
  }

  /**
   * Returns a builder of a source.
   *
   * @param target the address, such as {@code http://db-1:9100/metrics}
   * @throws IllegalArgumentException if it is not an address of HTTP or HTTPS, or has user
   *     information
   */
  public static PrometheusSourceBuilder builder(URI target) {
    return new PrometheusSourceBuilder(target);
  }

  /** Returns the name that was set, or a name made of the target's host, port and path. */
  @Override
  public String name() {
    return name;
  }

  /**
   * Scrapes the target.
   *
   * @throws IOException if the target does not answer as described above
   * @throws InterruptedException if the thread is interrupted; the request is cancelled
   */
  @Override
  public Collection<Metric> collect() throws IOException, InterruptedException {
    long requestMillis = clock.wallTimeMillis();
    return metrics.read(client.fetch(), requestMillis);
  }

  /**
   * Returns the help texts and units of the metrics of the last scrape. Units become units of UCUM:
   * {@code seconds} is {@code s}. A name that ends with a base unit of Prometheus has that unit.
   */
  @Override
  public Collection<MetricDescription> descriptions() {
    return metrics.descriptions();
  }

  /** Returns the numbers of samples read and lost since the source was built. */
  public PrometheusSourceStats stats() {
    ScrapeReport.Counts counts = report.counts();
    return new PrometheusSourceStats(
        counts.scrapes(),
        counts.samples(),
        counts.badLines(),
        counts.unpublishable(),
        counts.overLimit());
  }

  /** Returns a description for logs, without credentials. */
  @Override
  public String toString() {
    return "PrometheusSource[" + name + "]";
  }
}
