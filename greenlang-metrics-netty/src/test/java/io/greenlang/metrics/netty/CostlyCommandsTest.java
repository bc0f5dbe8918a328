package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
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

  /**
   * The answers to costly commands that may precede that of a witness. They take about a second on
   * an idle machine. A busy one delays them like the witness, so it does not matter.
   */
  private static final int MAX_ANSWERS_BEFORE = COMMANDS / 5;

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

  /** Connects and subscribes a new client; returns the answers to others meanwhile. */
  private int subscribe(String subject) {
    int before = answers.get();
    RawWebSocket witness = connect(subject);
    witness.ask(TransportFixture.subscribe(",\"latest\":true"), "subscribed");
    return answers.get() - before;
  }

  @Test
  void connect_thousandCostlyCommandsInFlight_waitsForFewOfThem() throws Exception {
    fixture.serveWithTokens();
    publishHistory();
    subscribe("first"); // loads most classes
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

    List<Integer> answersBefore = new ArrayList<>();
    for (int i = 0; i < WITNESSES; i++) {
      answersBefore.add(subscribe("witness-" + i));
    }
    assertThat(answers.get()).as("commands were still in flight").isLessThan(COMMANDS);
    assertThat(answersBefore).allSatisfy(count -> assertThat(count).isLessThan(MAX_ANSWERS_BEFORE));
    attackers.forEach(RawWebSocket::close);
    for (Thread reader : readers) {
      reader.join();
    }
  }
}
