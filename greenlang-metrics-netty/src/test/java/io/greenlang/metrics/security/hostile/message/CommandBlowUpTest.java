package io.greenlang.metrics.security.hostile.message;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Threat: subscriptions, tags, views and ranges that multiply the work of the server. */
class CommandBlowUpTest {

  private static final String CHANNEL = "costly.metrics";
  private static final int SERIES = 2_000;
  private static final int VIEWS = AttackSize.of(500);
  private static final int REQUESTS = AttackSize.of(500);
  private static final int GROUPINGS = 100;

  /** The groupings of 2,000 series that have 16,384 groups, and some that workers open together. */
  private static final int MAX_GROUPINGS = 12;

  /** A new client is subscribed within a second on an idle machine; ours may be loaded. */
  private static final Duration HONEST = Duration.ofSeconds(5);

  private static String subscribe(String channels, String fields) {
    return "{\"type\":\"subscribe\",\"data\":{\"channels\":[" + channels + "]" + fields + "}}";
  }

  private static String texts(int count) {
    return IntStream.range(0, count).mapToObj(i -> "\"t" + i + "\"").collect(joining(","));
  }

  private static void publish(AttackedServer server) {
    publish(server, 20);
  }

  private static void publish(AttackedServer server, int times) {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < SERIES; i++) {
      metrics.add(Metric.gauge(CHANNEL, "value", i, Tags.of("host", "h" + i)));
    }
    for (int i = 0; i < times; i++) {
      server.hub().publish(metrics);
    }
  }

  @Test
  void limits_exceededByOne_answerErrorAndKeepConnection() throws Exception {
    try (AttackedServer server = AttackedServer.start()) {
      IntStream.range(0, 129).forEach(i -> server.hub().addChannel("many.m" + i));
      server.withstand(
          "one more than each limit",
          50,
          () -> {
            RawWebSocket attacker = server.attacker();
            for (String command :
                List.of(
                    subscribe("\"many.*\"", ""),
                    subscribe("\"many.m1\"", ",\"metrics\":[" + texts(129) + "]"),
                    subscribe("\"many.m1\"", ",\"tags\":{\"k\":[" + texts(17) + "]}"),
                    subscribe("\"" + "c".repeat(65) + "\"", ""),
                    "{\"type\":\"get_history\",\"data\":{\"channel\":\"many.m1\","
                        + "\"start_time\":\"1970-01-01T00:00:00Z\",\"limit\":10001}}")) {
              assertThat(attacker.ask(command, "error").type()).as(command).isEqualTo("error");
            }
            attacker.ask(subscribe("\"many.m1\"", ""), "subscribed");
          });
    }
  }

  /** Each command requests another view, whose windows the server has to open for all series. */
  @Test
  void views_distinctWithoutEnd_doNotDelayOthers() throws Exception {
    try (AttackedServer server = AttackedServer.start()) {
      publish(server);
      server.withstand(
          "distinct views",
          100,
          () -> {
            RawWebSocket attacker = server.attacker();
            for (int i = 0; i < VIEWS; i++) {
              String interval = i % 2 == 0 ? "1s" : "5s";
              attacker.ask(
                  subscribe(
                      "\"" + CHANNEL + "\"",
                      ",\"metrics\":[\"x"
                          + i
                          + "\"],\"aggregation_interval\":\""
                          + interval
                          + "\",\"latest\":true"),
                  "subscribed");
            }
          });
    }
  }

  /** Each view has 2,000 groups, whose windows the server would have to merge every second. */
  @Test
  void groupings_distinctWithoutEnd_areRejectedAtLimit() throws Exception {
    try (AttackedServer server = AttackedServer.start()) {
      publish(server);
      List<String> answers = new ArrayList<>();
      server.withstand(
          "distinct groupings",
          100,
          () -> {
            for (int i = 0; i < GROUPINGS; i++) {
              RawWebSocket attacker = server.attacker("attacker", 4_096);
              attacker.send(
                  subscribe(
                      "\"" + CHANNEL + "\"",
                      ",\"aggregation_interval\":\"1s\",\"group_by\":[\"host\",\"x" + i + "\"]"));
              ReceivedMessage answer = attacker.nextMessage();
              answers.add(answer.type() + answer.text("code"));
              publish(server, 1);
            }
            assertThat(subscribe(server)).isLessThan(HONEST);
          });
      assertThat(answers).contains("errorTOO_MANY_VIEWS");
      assertThat(answers.stream().filter("subscribed"::equals))
          .as("groupings of %d groups", SERIES)
          .hasSizeLessThanOrEqualTo(MAX_GROUPINGS);
    }
  }

  /** Returns the time in which a new client is subscribed. */
  private static Duration subscribe(AttackedServer server) {
    long startNanos = System.nanoTime();
    try (RawWebSocket client = RawWebSocket.open(server.url("honest"))) {
      client.ask(subscribe("\"" + CHANNEL + "\"", ""), "subscribed");
    }
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  @Test
  void history_requestedWithoutEnd_doesNotDelayOthers() throws Exception {
    try (AttackedServer server = AttackedServer.start()) {
      publish(server);
      String request =
          "{\"type\":\"get_history\",\"data\":{\"channel\":\""
              + CHANNEL
              + "\",\"start_time\":\"0000-01-01T00:00:00Z\",\"aggregation_interval\":\"1s\","
              + "\"limit\":10000}}";
      server.withstand(
          "history requests",
          150,
          () -> {
            List<RawWebSocket> attackers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
              attackers.add(server.attacker("attacker", 4_096));
            }
            for (int i = 0; i < REQUESTS; i++) {
              attackers.get(i % 4).send(RawWebSocketFrame.text(request));
            }
          });
    }
  }
}
