package io.greenlang.metrics.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.ThreadMXBean;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.prometheus.PrometheusSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Benchmark of a scrape of a Prometheus target with {@value #SERIES} series: counters, gauges and
 * histograms that all change between two scrapes. It prints the CPU time of the collecting thread
 * and of the HTTP client's threads, without that of the target, which is in the same process.
 */
public final class ScrapeCost {

  private static final int SERIES = 5_000;
  private static final int COUNTERS = 2_000;
  private static final int GAUGES = 1_000;
  private static final int HISTOGRAMS = 125;
  private static final int BUCKETS = 14;
  private static final int WARMUP = 300;
  private static final int ROUNDS = 100;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private volatile byte[] answer = new byte[0];

  private ScrapeCost() {}

  /** Runs the benchmark. */
  public static void main(String[] args) throws IOException, InterruptedException {
    new ScrapeCost().run();
  }

  private void run() throws IOException, InterruptedException {
    HttpServer target =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    target.createContext("/metrics", this::serve);
    target.start();
    try (MetricsHub hub = MetricsHub.create()) {
      PrometheusSource source =
          PrometheusSource.scrape(
              URI.create("http://127.0.0.1:" + target.getAddress().getPort() + "/metrics"));
      for (int i = 0; i < WARMUP; i++) {
        answer = gzip(body(i));
        hub.publish(source.collect());
      }
      measure("scraping", source, null);
      measure("scraping and publishing", source, hub);
    } finally {
      target.stop(0);
    }
  }

  private void measure(String what, PrometheusSource source, @Nullable MetricsHub hub)
      throws IOException, InterruptedException {
    long[] nanos = new long[ROUNDS];
    long bytes = 0;
    int samples = 0;
    for (int i = 0; i < ROUNDS; i++) {
      answer = gzip(body(WARMUP + i));
      long bytesBefore = threads.getCurrentThreadAllocatedBytes();
      long before = cpuNanos();
      Collection<Metric> collected = source.collect();
      if (hub != null) {
        hub.publish(collected);
      }
      nanos[i] = cpuNanos() - before;
      bytes += threads.getCurrentThreadAllocatedBytes() - bytesBefore;
      samples = collected.size();
    }
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT,
        "%s %d series in %d lines of %d KB, %d KB with gzip: CPU %.2f ms (median of %d), %.2f ms"
            + " (maximum); %d KB of garbage%n",
        what,
        samples,
        SERIES,
        body(0).length / 1024,
        answer.length / 1024,
        nanos[ROUNDS / 2] / 1e6,
        ROUNDS,
        nanos[ROUNDS - 1] / 1e6,
        bytes / ROUNDS / 1024);
  }

  /** Returns the CPU time of this thread and of the HTTP client's threads. */
  private long cpuNanos() {
    long sum = threads.getCurrentThreadCpuTime();
    long[] ids = threads.getAllThreadIds();
    ThreadInfo[] infos = threads.getThreadInfo(ids);
    for (int i = 0; i < ids.length; i++) {
      if (infos[i] != null && infos[i].getThreadName().startsWith("HttpClient")) {
        sum += Math.max(0, threads.getThreadCpuTime(ids[i]));
      }
    }
    return sum;
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private static byte[] gzip(byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream compressed = new GZIPOutputStream(bytes)) {
      compressed.write(body);
    }
    return bytes.toByteArray();
  }

  private static byte[] body(int round) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < COUNTERS; i++) {
      int family = i / 100;
      if (i % 100 == 0) {
        lines.append("# HELP app_requests_").append(family).append("_total Requests of a part.\n");
        lines.append("# TYPE app_requests_").append(family).append("_total counter\n");
      }
      lines.append("app_requests_").append(family).append("_total{method=\"GET\",route=\"/orders/");
      lines.append(i % 100).append("\",code=\"200\"} ").append(1_000L * i + round).append('\n');
    }
    lines.append("# TYPE app_load_ratio gauge\n");
    for (int i = 0; i < GAUGES; i++) {
      lines.append("app_load_ratio{shard=\"").append(i).append("\",zone=\"eu-central-1a\"} ");
      lines.append((i + round) / 1_007.0).append('\n');
    }
    lines.append("# TYPE app_latency_seconds histogram\n");
    for (int i = 0; i < HISTOGRAMS; i++) {
      histogram(lines, "route=\"/orders/" + i + "\",method=\"GET\"", round);
    }
    return lines.toString().getBytes(UTF_8);
  }

  private static void histogram(StringBuilder lines, String labels, int round) {
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      String bound = bucket == BUCKETS - 1 ? "+Inf" : Double.toString(0.001 * (1 << bucket));
      lines.append("app_latency_seconds_bucket{").append(labels).append(",le=\"").append(bound);
      lines.append("\"} ").append((bucket + 1L) * round).append('\n');
    }
    lines.append("app_latency_seconds_sum{").append(labels).append("} ");
    lines.append(0.5 * round).append('\n');
    lines.append("app_latency_seconds_count{").append(labels).append("} ");
    lines.append((long) BUCKETS * round).append('\n');
  }
}
