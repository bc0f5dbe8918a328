package io.greenlang.metrics.benchmarks.endurance;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.benchmarks.Arguments;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.security.SteadyPublisher;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Process that {@link Attacks} attacks: a hub with many series, a publisher for the witness, and
 * the standalone server with the limits of production. It prints its figures for each line of its
 * standard input, and ends with that.
 */
final class AttackTarget {

  /** The channel with many series. */
  static final Channel CHANNEL = new Channel("attacked.metrics");

  /** The witness receives 600 frames per minute, fewer than the limit of a client. */
  static final Duration WITNESS_PERIOD = Duration.ofMillis(100);

  private static final String USAGE =
      """
      AttackTarget: the server that Attacks attacks.

        --series N  series, each with one sample per second (2000)
      """;

  private static final int NAMES = 50;

  private AttackTarget() {}

  /** Runs the process. */
  public static void main(String[] args) throws IOException {
    int series = Arguments.parse(USAGE, args).integer("series", 2_000);
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try (MetricsHub hub = MetricsHub.create();
        MetricsWebSocketServer server =
            MetricsWebSocketServer.builder(hub)
                .host("127.0.0.1")
                .port(0)
                .jwtSecret(ContractTokens.SECRET)
                .build()) {
      hub.addChannel(SteadyPublisher.CHANNEL.name());
      TimedSink sink = new TimedSink(hub);
      scheduler.scheduleAtFixedRate(() -> sink.publish(samples(series)), 0, 1, TimeUnit.SECONDS);
      server.start();
      System.out.println("port=" + server.port() + ";");
      try (SteadyPublisher publisher = SteadyPublisher.start(hub, WITNESS_PERIOD)) {
        printFigures(server, sink, publisher);
      }
    } finally {
      scheduler.shutdownNow();
    }
  }

  private static List<Metric> samples(int series) {
    List<Metric> samples = new ArrayList<>(series);
    for (int i = 0; i < series; i++) {
      Tags tags = Tags.of("host", "h" + (i / NAMES));
      samples.add(Metric.gauge(CHANNEL.name(), "m" + (i % NAMES), i, tags));
    }
    return samples;
  }

  private static void printFigures(
      MetricsWebSocketServer server, TimedSink sink, SteadyPublisher publisher) throws IOException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (input.readLine() != null) {
      Map<String, Double> figures = ServerFigures.ofThisProcess();
      figures.put(ServerFigures.CLIENTS, (double) server.stats().connectedClients());
      figures.put(ServerFigures.MAX, sink.drain().maxMillis());
      figures.put(ServerFigures.FAILURES, (double) publisher.failures());
      System.out.println(ServerFigures.line(figures));
    }
  }
}
