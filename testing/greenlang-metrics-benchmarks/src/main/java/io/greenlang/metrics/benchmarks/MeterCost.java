package io.greenlang.metrics.benchmarks;

import com.sun.management.ThreadMXBean;
import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.micrometer.GreenlangMeterRegistry;
import io.greenlang.metrics.micrometer.MicrometerSource;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Benchmark of Micrometer's meters beyond single calls. It prints the CPU time of collecting and
 * publishing {@value #METERS} meters, and the time from the first recording of a timer until a
 * client has its value.
 */
public final class MeterCost {

  private static final int METERS = 1000;
  private static final int WARMUP = 3000;
  private static final int ROUNDS = 100;
  private static final int TIMERS = 20;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private MeterCost() {}

  /** Runs the benchmark. */
  public static void main(String[] args) throws InterruptedException {
    new MeterCost().measureCollections();
    measureFirstValues();
  }

  private void measureCollections() {
    GreenlangMeterRegistry registry = new GreenlangMeterRegistry();
    MicrometerSource source = MicrometerSource.of(registry);
    for (int i = 0; i < METERS / 4; i++) {
      registry.gauge("depth." + i, i);
    }
    long[] nanos = new long[ROUNDS];
    long bytes = 0;
    try (MetricsHub hub = MetricsHub.create()) {
      for (int i = 0; i < WARMUP; i++) {
        record(registry, i);
        hub.publish(source.collect());
      }
      for (int i = 0; i < ROUNDS; i++) {
        record(registry, i);
        long bytesBefore = threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadCpuTime();
        hub.publish(source.collect());
        nanos[i] = threads.getCurrentThreadCpuTime() - before;
        bytes += threads.getCurrentThreadAllocatedBytes() - bytesBefore;
      }
    }
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT,
        "collecting and publishing %d meters: CPU %.2f ms (median of %d), %.2f ms (maximum);"
            + " %d KB of garbage%n",
        METERS,
        nanos[ROUNDS / 2] / 1e6,
        ROUNDS,
        nanos[ROUNDS - 1] / 1e6,
        bytes / ROUNDS / 1024);
  }

  /** Records into each timer and counter: of each four meters, two are timers, one is a counter. */
  private static void record(GreenlangMeterRegistry registry, int round) {
    for (int i = 0; i < METERS / 4; i++) {
      String part = Integer.toString(i);
      registry.timer("requests", "part", part).record(round + i, TimeUnit.MICROSECONDS);
      registry.timer("queries", "part", part).record(round + 7L * i, TimeUnit.MICROSECONDS);
      registry.counter("orders", "part", part).increment();
    }
  }

  private static void measureFirstValues() throws InterruptedException {
    GreenlangMeterRegistry registry = new GreenlangMeterRegistry();
    try (MetricsHub hub = MetricsHub.create();
        MetricsWebSocketServer server =
            MetricsWebSocketServer.builder(hub).host("127.0.0.1").port(0).allowAnonymous().build();
        MetricCollector collector =
            MetricCollector.builder(hub).source(MicrometerSource.of(registry)).build()) {
      hub.addChannel("application.metrics");
      server.start();
      collector.start();
      FirstValues client = new FirstValues();
      WebSocket socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics"), client)
              .join();
      socket
          .sendText(
              "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"application.metrics\"]}}", true)
          .join();
      Random random = new Random(1);
      for (int i = 0; i < TIMERS; i++) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(1000)));
        client.expect("first." + i + ".value");
        registry.timer("first." + i + ".value").record(5, TimeUnit.MILLISECONDS);
      }
      client.print();
      socket.abort();
    }
  }

  /** A client that notes when it receives the first value of each timer. */
  private static final class FirstValues implements WebSocket.Listener {

    private final ConcurrentHashMap<String, Long> recorded = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Long> delays = new ConcurrentHashMap<>();
    private final CountDownLatch all = new CountDownLatch(TIMERS);
    private final StringBuilder text = new StringBuilder();

    void expect(String name) {
      recorded.put(name, System.nanoTime());
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        long now = System.nanoTime();
        recorded.forEach(
            (name, start) -> {
              if (text.indexOf('"' + name + '"') >= 0
                  && delays.putIfAbsent(name, now - start) == null) {
                all.countDown();
              }
            });
        text.setLength(0);
      }
      return WebSocket.Listener.super.onText(socket, data, last);
    }

    void print() throws InterruptedException {
      if (!all.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the client received " + delays.size() + " of the timers");
      }
      long[] nanos = delays.values().stream().mapToLong(Long::longValue).sorted().toArray();
      System.out.printf(
          Locale.ROOT,
          "first value of a timer at a client, of %d timers: %.2f s (median), %.2f s (maximum)%n",
          TIMERS,
          nanos[TIMERS / 2] / 1e9,
          nanos[TIMERS - 1] / 1e9);
    }
  }
}
