package io.greenlang.metrics.opentelemetry;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.LoggerFactory;

/**
 * An exporter that publishes the metrics of an OpenTelemetry SDK on a hub. Give it to a periodic
 * reader, which exports once per minute by default:
 *
 * <pre>{@code
 * PeriodicMetricReader reader =
 *     PeriodicMetricReader.builder(GreenlangMetricExporter.create(hub))
 *         .setInterval(Duration.ofSeconds(1))
 *         .build();
 * SdkMeterProvider meters = SdkMeterProvider.builder().registerMetricReader(reader).build();
 * }</pre>
 *
 * <p>Monotonic sums become counters, other sums and gauges become gauges, and histograms become
 * distributions of the interval. A summary becomes a gauge per quantile with the tag {@code
 * quantile}, and the counters {@code NAME.count} and {@code NAME.total}. Attributes become tags.
 * Samples take the time of their publication.
 *
 * <p>The exporter asks for exponential histograms with {@value #MAX_BUCKETS} buckets, unless a view
 * selects another aggregation. If the observations of an interval differ by a factor of 1,000 at
 * most, their quantiles are within 2.1 % of the exact ones, and within 3.2 % up to a factor of
 * 10<sup>6</sup>; see {@link io.greenlang.metrics.HistogramBuckets}.
 *
 * <p>A series is left out if its value is NaN or infinite, if its name or attributes exceed a limit
 * of {@link Metric}, or if another series has the same name and tags. It is counted in {@link
 * #skipped} and logged at most once per minute. The others are not affected.
 *
 * <p>Use one exporter per SDK. Thread-safe. Memory: about 500 bytes per series of the previous two
 * exports, of which each has at most {@value MetricConverter#MAX_SERIES}. The states of series take
 * at most 32 MiB and an eighth of the heap; see {@link #getAggregationTemporality}.
 */
public final class GreenlangMetricExporter implements MetricExporter {

  /** The channel of the metrics, unless another is given. */
  public static final Channel DEFAULT_CHANNEL = new Channel("application.metrics");

  /** The number of buckets of one sign that a histogram of the SDK has at most, by default. */
  static final int MAX_BUCKETS = 320;

  /** The scale at which buckets have half the width of those of a distribution. */
  private static final int MAX_SCALE = 6;

  private static final ThrottledLog throttledLog =
      new ThrottledLog(LoggerFactory.getLogger(GreenlangMetricExporter.class));

  private final MetricSink sink;
  private final Channel channel;
  private final MetricConverter converter;
  private final Runnable onShutdown;
  private final LongAdder skipped = new LongAdder();
  private boolean closed;

  private GreenlangMetricExporter(Builder builder) {
    this.sink = builder.sink;
    this.channel = builder.channel;
    this.onShutdown = builder.onShutdown;
    this.converter =
        new MetricConverter(channel, new SeriesTags(builder.resourceAttributes, builder.scopeName));
  }

  /**
   * Returns an exporter that publishes on {@link #DEFAULT_CHANNEL}.
   *
   * @param sink the hub; the application closes it, after the SDK
   */
  public static GreenlangMetricExporter create(MetricSink sink) {
    return builder(sink).build();
  }

  /**
   * Returns a builder of an exporter.
   *
   * @param sink the hub; the application closes it, after the SDK
   */
  public static Builder builder(MetricSink sink) {
    return new Builder(sink);
  }

  /**
   * Returns delta for histograms, which become distributions of an interval, and cumulative for all
   * other instruments, so that a failed export loses nothing.
   *
   * <p>A view can give a counter a histogram, and a histogram a sum. For these, and for the metrics
   * of producers that choose their temporality, the exporter computes the difference or the total
   * itself. The states of such series take at most 32 MiB and an eighth of the heap; further series
   * are left out. It discards a state that no export has used for 15 minutes.
   */
  @Override
  public AggregationTemporality getAggregationTemporality(InstrumentType instrumentType) {
    return instrumentType == InstrumentType.HISTOGRAM
        ? AggregationTemporality.DELTA
        : AggregationTemporality.CUMULATIVE;
  }

  /** Returns exponential histograms for histograms, and otherwise the default of the SDK. */
  @Override
  @SuppressWarnings("deprecation") // the newer overload is missing from the SDKs of many frameworks
  public Aggregation getDefaultAggregation(InstrumentType instrumentType) {
    return instrumentType == InstrumentType.HISTOGRAM
        ? Aggregation.base2ExponentialBucketHistogram(MAX_BUCKETS, MAX_SCALE)
        : Aggregation.defaultAggregation();
  }

  /**
   * Publishes the metrics before it returns.
   *
   * @return a failure if the exporter was shut down, or the hub was closed
   */
  @Override
  public synchronized CompletableResultCode export(Collection<MetricData> metrics) {
    if (closed) {
      return CompletableResultCode.ofFailure();
    }
    ExportedSamples samples = converter.convert(metrics);
    report(samples);
    try {
      converter.descriptions().passTo(sink);
      sink.publish(samples.metrics());
      return CompletableResultCode.ofSuccess();
    } catch (RuntimeException e) {
      skipped.add(samples.metrics().size());
      throttledLog.error(
          "Failed to publish {} samples on {}; their observations are lost",
          samples.metrics().size(),
          channel,
          e);
      return CompletableResultCode.ofFailure();
    }
  }

  private void report(ExportedSamples samples) {
    if (samples.skipped() > 0) {
      skipped.add(samples.skipped());
      throttledLog.warn(
          "Left out {} series of {}, such as {}",
          samples.skipped(),
          channel,
          samples.firstProblem());
    }
  }

  /** Returns how many samples were left out of their export, or lost because it failed. */
  public long skipped() {
    return skipped.sum();
  }

  /** Does nothing, because each export publishes its metrics. */
  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  /** Ends the exporter: later exports fail. The hub remains open. */
  @Override
  public synchronized CompletableResultCode shutdown() {
    if (!closed) {
      closed = true;
      onShutdown.run();
    }
    return CompletableResultCode.ofSuccess();
  }

  /** Returns a description for the SDK's log. */
  @Override
  public String toString() {
    return "GreenlangMetricExporter[" + channel + "]";
  }

  /** A builder of {@link GreenlangMetricExporter}s. All settings are optional. */
  public static final class Builder {

    private final MetricSink sink;
    private Channel channel = DEFAULT_CHANNEL;
    private Set<String> resourceAttributes = Set.of("service.name");
    private boolean scopeName;
    private Runnable onShutdown = () -> {};

    private Builder(MetricSink sink) {
      this.sink = Objects.requireNonNull(sink, "sink");
    }

    /** Specifies the channel. The default is {@link #DEFAULT_CHANNEL}. */
    public Builder channel(Channel channel) {
      this.channel = Objects.requireNonNull(channel, "channel");
      return this;
    }

    /**
     * Specifies the attributes of the resource that become tags of each series. The default is
     * {@code service.name}, which is left out while it has the SDK's value for an unknown service.
     * An attribute of the measurement with the same key takes precedence.
     *
     * @param keys the keys, possibly none; copied
     */
    public Builder resourceAttributes(Collection<String> keys) {
      this.resourceAttributes = Set.copyOf(keys);
      return this;
    }

    /**
     * Specifies whether the name of the instrumentation scope becomes the tag {@code
     * otel.scope.name}. The default is false: instruments with the same name and attributes are
     * then one series, of which one scope's are published.
     */
    public Builder scopeName(boolean scopeName) {
      this.scopeName = scopeName;
      return this;
    }

    /** Specifies an action that the exporter's shutdown runs, once. */
    Builder onShutdown(Runnable onShutdown) {
      this.onShutdown = onShutdown;
      return this;
    }

    /** Builds the exporter. */
    public GreenlangMetricExporter build() {
      return new GreenlangMetricExporter(this);
    }
  }
}
