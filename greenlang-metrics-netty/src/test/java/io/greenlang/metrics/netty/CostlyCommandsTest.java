package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A thousand costly commands in flight, while another client connects. */
class CostlyCommandsTest {

  private static final int CONNECTIONS = 8;
  private static final int COMMANDS = 1_000;
  private static final int SERIES = 300;
  private static final int SAMPLES = 240;

  private static final int WITNESSES = 5;

  /** The time to connect and subscribe. */
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  private static final String COSTLY =
      "{\"type\":\"get_history\",\"data\":{\"channel\":\""
          + TransportFixture.CHANNEL
          + "\",\"start_time\":\"0000-01-01T00:00:00Z\",\"aggregation_interval\":\"1s\","
          + "\"limit\":2000}}";

  private final AtomicInteger answers = new AtomicInteger();
  private final TransportFixture fixture = new TransportFixture(NettyServer::start, Map.of());

  @AfterEach
  void close() {
    fixture.close();
  }

  private void publishHistory() {
    Instant start = Instant.now().minusSeconds(SAMPLES + 10);
    for (int second = 0; second < SAMPLES; second++) {
      List<Metric> metrics = new ArrayList<>();
      for (int i = 0; i < SERIES; i++) {
        metrics.add(
            Metric.gauge(TransportFixture.CHANNEL, "m" + i, second, Tags.empty())
                .withTimestamp(start.plusSeconds(second)));
      }
      fixture.hub().publish(metrics);
    }
  }

  private RawWebSocket connect(String subject) {
    return fixture.connectRaw(fixture.url("token=" + ContractTokens.ofSubject(subject)));
  }

  private void readAnswers(RawWebSocket client) {
    RawWebSocketFrame frame = client.nextFrame();
    while (frame != null) {
      answers.incrementAndGet();
      frame = client.nextFrame();
    }
  }

  /** Connects and subscribes a new client; returns the time that it took. */
  private Duration subscribe(String subject) {
    long startNanos = System.nanoTime();
    RawWebSocket witness = connect(subject);
    witness.ask(TransportFixture.subscribe(",\"latest\":true"), "subscribed");
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /** The first client is not measured, because it loads most classes. */
  @Test
  void connect_thousandCostlyCommandsInFlight_subscribesWithinDeadline() throws Exception {
    fixture.serveWithTokens();
    publishHistory();
    subscribe("first");
    List<RawWebSocket> attackers = new ArrayList<>();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      RawWebSocket attacker = connect("attacker");
      attackers.add(attacker);
      readers.add(new Thread(() -> readAnswers(attacker), "reader-" + i));
    }
    readers.forEach(Thread::start);
    for (int i = 0; i < COMMANDS; i++) {
      assertThat(attackers.get(i % CONNECTIONS).send(COSTLY)).isTrue();
    }

    List<Duration> elapsed = new ArrayList<>();
    for (int i = 0; i < WITNESSES; i++) {
      elapsed.add(subscribe("witness-" + i));
    }
    assertThat(answers.get()).as("commands were still in flight").isLessThan(COMMANDS);
    assertThat(elapsed).allSatisfy(time -> assertThat(time).isLessThan(DEADLINE));
    attackers.forEach(RawWebSocket::close);
    for (Thread reader : readers) {
      reader.join();
    }
  }
}
