package io.greenlang.metrics.benchmarks;

import com.sun.management.ThreadMXBean;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.otlp.OtlpReceiver;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Benchmark of the OTLP receiver: the data points per second that one core decodes, converts and
 * publishes into a hub. Each request has {@value #POINTS} points of as many series with four
 * attributes. It measures the CPU time of the calling thread, so other programs matter little.
 *
 * <p>Arguments select the kinds of points whose names contain one of them; without arguments, all.
 */
public final class OtlpIngest {

  private static final int POINTS = 5000;
  private static final int WARMUP = 60;
  private static final int ROUNDS = 40;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final double NANOS_PER_SECOND = 1e9;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Principal principal =
      new Principal("bench", null, List.of(), TagFilter.ALL, List.of(NamePattern.ALL));

  private final List<String> selected;

  private OtlpIngest(List<String> selected) {
    this.selected = selected;
  }

  /** Runs the benchmark. */
  public static void main(String[] args) {
    OtlpIngest ingest = new OtlpIngest(List.of(args));
    ingest.measure("cumulative sums", (metric, millis) -> sum(metric, millis, false));
    ingest.measure("delta sums", (metric, millis) -> sum(metric, millis, true));
    ingest.measure(
        "delta histograms of 15 buckets with an observation each",
        (metric, millis) -> histogram(metric, millis, 1));
    ingest.measure(
        "delta histograms of 15 buckets with 1,000 observations each",
        (metric, millis) -> histogram(metric, millis, 1000));
    ingest.measure(
        "delta exponential histograms of 15 buckets with an observation each",
        (metric, millis) -> exponential(metric, millis, 15, 1));
    ingest.measure(
        "delta exponential histograms of 160 buckets with 10 observations each",
        (metric, millis) -> exponential(metric, millis, 160, 10));
  }

  private void measure(String kind, BiConsumer<Metric.Builder, Long> points) {
    if (!selected.isEmpty() && selected.stream().noneMatch(kind::contains)) {
      return;
    }
    long[] nanos = new long[ROUNDS];
    long bytes = 0;
    long allocated = 0;
    try (MetricsHub hub = MetricsHub.create()) {
      OtlpReceiver receiver = OtlpReceiver.of(hub);
      long startMillis = System.currentTimeMillis();
      for (int i = 0; i < WARMUP + ROUNDS; i++) {
        byte[] body = request(points, startMillis + i);
        long bytesBefore = threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadCpuTime();
        HttpReply reply = receiver.handle(call(body));
        long after = threads.getCurrentThreadCpuTime();
        requireAccepted(reply);
        if (i >= WARMUP) {
          nanos[i - WARMUP] = after - before;
          allocated += threads.getCurrentThreadAllocatedBytes() - bytesBefore;
          bytes = body.length;
        }
      }
    }
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT,
        "%s: %,.0f data points per second of one core (median of %d requests); %d bytes per point"
            + " sent, %d allocated%n",
        kind,
        POINTS * NANOS_PER_SECOND / nanos[ROUNDS / 2],
        ROUNDS,
        bytes / POINTS,
        allocated / ROUNDS / POINTS);
  }

  private HttpCall call(byte[] body) {
    Map<String, List<String>> headers = Map.of("Content-Type", List.of("application/x-protobuf"));
    return HttpCall.of("POST", null, headers, null).withPrincipal(principal).withBody(body);
  }

  private static void requireAccepted(HttpReply reply) {
    if (reply.status() != 200 || reply.body().length > 0) {
      throw new IllegalStateException("points were rejected, with status " + reply.status());
    }
  }

  private static byte[] request(BiConsumer<Metric.Builder, Long> points, long millis) {
    Metric.Builder metric = Metric.newBuilder().setName("http.server.request.size");
    points.accept(metric, millis);
    ResourceMetrics.Builder resource = ResourceMetrics.newBuilder();
    resource.getResourceBuilder().addAttributes(attribute("service.name", "shop"));
    resource.getResourceBuilder().addAttributes(attribute("service.instance.id", "shop-1"));
    resource.addScopeMetrics(ScopeMetrics.newBuilder().addMetrics(metric));
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(resource)
        .build()
        .toByteArray();
  }

  private static void sum(Metric.Builder metric, long millis, boolean delta) {
    metric
        .getSumBuilder()
        .setIsMonotonic(true)
        .setAggregationTemporality(
            delta
                ? AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA
                : AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
    for (int i = 0; i < POINTS; i++) {
      metric
          .getSumBuilder()
          .addDataPoints(
              NumberDataPoint.newBuilder()
                  .setStartTimeUnixNano((millis - 1) * NANOS_PER_MILLI)
                  .setTimeUnixNano(millis * NANOS_PER_MILLI)
                  .setAsDouble(i)
                  .addAllAttributes(attributes(i)));
    }
  }

  private static void histogram(Metric.Builder metric, long millis, long observations) {
    metric
        .getHistogramBuilder()
        .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA);
    for (int i = 0; i < POINTS; i++) {
      HistogramDataPoint.Builder point =
          HistogramDataPoint.newBuilder()
              .setStartTimeUnixNano((millis - 1) * NANOS_PER_MILLI)
              .setTimeUnixNano(millis * NANOS_PER_MILLI)
              .setSum(1000)
              .setCount(15 * observations)
              .addAllAttributes(attributes(i));
      for (int bucket = 0; bucket < 15; bucket++) {
        point.addBucketCounts(observations);
        if (bucket < 14) {
          point.addExplicitBounds(1 << bucket);
        }
      }
      metric.getHistogramBuilder().addDataPoints(point);
    }
  }

  /**
   * Adds points at the scale that the SDK chooses for durations that differ by a factor of 1,000.
   */
  private static void exponential(
      Metric.Builder metric, long millis, int buckets, long observations) {
    metric
        .getExponentialHistogramBuilder()
        .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA);
    for (int i = 0; i < POINTS; i++) {
      ExponentialHistogramDataPoint.Builder point =
          ExponentialHistogramDataPoint.newBuilder()
              .setStartTimeUnixNano((millis - 1) * NANOS_PER_MILLI)
              .setTimeUnixNano(millis * NANOS_PER_MILLI)
              .setSum(1000)
              .setCount(buckets * observations)
              .setScale(4)
              .addAllAttributes(attributes(i));
      point.getPositiveBuilder().setOffset(i % 20);
      for (int bucket = 0; bucket < buckets; bucket++) {
        point.getPositiveBuilder().addBucketCounts(observations);
      }
      metric.getExponentialHistogramBuilder().addDataPoints(point);
    }
  }

  private static List<KeyValue> attributes(int series) {
    return List.of(
        attribute("http.request.method", series % 2 == 0 ? "GET" : "POST"),
        attribute("http.route", "/orders/" + series),
        attribute("http.response.status_code", "200"),
        attribute("url.scheme", "https"));
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}
