package io.greenlang.metrics.redis.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.collectors.MetricCollectorBuilder;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.Principal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Faults of the application's callbacks: they throw exceptions and errors, or hang. */
class ThrowingCallbacksTest {

  private static final int SOURCES = 20;
  private static final MetricType TYPE = new MetricType("faulty");
  private static final String CHANNEL = "faulty.metrics";

  /** Throws everything that a callback may throw, in turn. */
  private static void fail(int number) {
    switch (number % 5) {
      case 0 -> throw new IllegalStateException("on purpose");
      case 1 -> throw new StackOverflowError("on purpose");
      case 2 -> throw new NoClassDefFoundError("on/purpose");
      case 3 -> throw new OutOfMemoryError("on purpose");
      default -> throw new AssertionError("on purpose");
    }
  }

  @Test
  void sources_throwingAndHanging_doNotAffectOthers() throws Exception {
    MetricsHub hub = MetricsHub.create();
    AtomicInteger calls = new AtomicInteger();
    AtomicLong collected = new AtomicLong();
    CountDownLatch end = new CountDownLatch(1);
    MetricCollectorBuilder builder = MetricCollector.builder(hub).interval(Duration.ofMillis(100));
    for (int i = 0; i < SOURCES; i++) {
      builder.source(source("flaky-" + i, calls));
    }
    builder.source(
        MetricSource.of(
            "hanging",
            () -> {
              end.await();
              return List.of();
            }));
    builder.source(
        MetricSource.of(
            "good",
            () -> {
              collected.incrementAndGet();
              return List.of();
            }));
    try (AttackedServer server = AttackedServer.start(hub, settings -> {})) {
      server.withstand(
          "sources that throw or hang",
          50,
          () -> {
            try (MetricCollector collector = builder.build()) {
              collector.start();
              server.witness().awaitMore(AttackSize.of(400));
              ResourceUsage.await(() -> collector.stats().failures() > 0 && collected.get() > 5);
              end.countDown();
            }
          });
    }
  }

  /** Returns a source of which every third collection throws. */
  private static MetricSource source(String name, AtomicInteger calls) {
    return MetricSource.of(
        name,
        () -> {
          int call = calls.incrementAndGet();
          if (call % 3 == 0) {
            fail(call / 3);
          }
          return List.of(Metric.gauge("flaky.metrics", name, call, Tags.empty()));
        });
  }

  /** An aggregator whose calls throw exceptions and errors, except those for memory, in turn. */
  private static final class FaultyAggregator implements Aggregator {

    private final AtomicInteger calls = new AtomicInteger();

    private void fail() {
      int call = calls.incrementAndGet();
      if (call % 5 != 3 && call > 1) {
        ThrowingCallbacksTest.fail(call);
      }
    }

    @Override
    public MetricType type() {
      return TYPE;
    }

    @Override
    public Aggregate create() {
      fail();
      return new Faulty(this);
    }

    @Override
    public Aggregate unpack(byte[] packed) {
      fail();
      return new Faulty(this);
    }
  }

  /** An aggregate of one number that throws. */
  private static final class Faulty implements Aggregate {

    private final FaultyAggregator parent;
    private double value;
    private long count;

    Faulty(FaultyAggregator parent) {
      this.parent = parent;
    }

    @Override
    public void add(double sample, long timeMillis) {
      parent.fail();
      value = sample;
      count++;
    }

    @Override
    public void appendLater(Aggregate later) {
      parent.fail();
    }

    @Override
    public void mergeSeries(Aggregate other) {
      parent.fail();
    }

    @Override
    public void startAfter(Aggregate earlier) {
      parent.fail();
    }

    @Override
    public void forEachField(long millis, Details details) {
      parent.fail();
    }

    @Override
    public long count() {
      return count;
    }

    @Override
    public double min() {
      return value;
    }

    @Override
    public double max() {
      return value;
    }

    @Override
    public double value() {
      return value;
    }

    @Override
    public byte[] pack() {
      parent.fail();
      return new byte[1];
    }
  }

  @Test
  void aggregator_throwing_losesOnlyItsWindows() throws Exception {
    MetricsHub hub = MetricsHub.builder().aggregator(new FaultyAggregator()).build();
    hub.addChannel(CHANNEL);
    try (AttackedServer server = AttackedServer.start(hub, settings -> {})) {
      server.withstand(
          "an aggregator that throws",
          50,
          () -> {
            RawWebSocket client = server.attacker();
            client.ask(
                "{\"type\":\"subscribe\",\"data\":{\"channels\":[\""
                    + CHANNEL
                    + "\"],\"aggregation_interval\":\"1s\"}}",
                "subscribed");
            for (int i = 0; i < AttackSize.of(200); i++) {
              hub.publish(new Metric(new Channel(CHANNEL), "n", TYPE, i, null, Tags.empty()));
              server.witness().awaitMore(2);
            }
          });
      assertThat(hub.stats().aggregatorFailures()).isPositive();
    }
  }

  @Test
  void authenticator_throwing_rejectsOnlyItsClient() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Authenticator authenticator =
        token -> {
          if (token.equals("t")) {
            fail(calls.incrementAndGet());
          }
          return Principal.ANONYMOUS;
        };
    try (AttackedServer server =
        AttackedServer.start(
            MetricsHub.create(), settings -> settings.authenticator(authenticator))) {
      server.withstand(
          "an authenticator that throws",
          50,
          () -> {
            for (int i = 0; i < AttackSize.of(200); i++) {
              try (RawWebSocket client = RawWebSocket.connect(server.url())) {
                assertThat(client.handshake("Authorization: Bearer t").status()).isIn(401, 500);
              }
              try (RawWebSocket client = RawWebSocket.open(server.urlWithToken("good"))) {
                client.nextMessage("welcome");
              }
            }
          });
    }
  }
}
