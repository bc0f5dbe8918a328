package io.greenlang.metrics.security.hostile.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.security.SteadyPublisher;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Threat: a token or the secret in a log, or in anything that the server sends. The log is that of
 * every logger at TRACE, of the server and of its libraries.
 */
class TokensInLogsTest {

  private static final int ROUNDS = AttackSize.of(10);

  private static List<String> tokens() {
    String secretOfOthers = "y".repeat(64);
    return List.of(
        ContractTokens.valid(),
        ContractTokens.expiring(Instant.now().minus(Duration.ofHours(1)), ""),
        ContractTokens.signed("{\"alg\":\"HS256\"}", "{\"sub\":\"x\"}", secretOfOthers),
        ContractTokens.unsigned("none"),
        "opaque-token-of-another-issuer",
        ContractTokens.withClaims(",\"a\":\"" + "x".repeat(8_200) + "\""));
  }

  @Test
  void tokens_anywhereAndRejected_areNeitherLoggedNorSent() throws Exception {
    List<String> tokens = tokens();
    List<String> sent = new ArrayList<>();
    try (AttackedServer server =
        AttackedServer.start(
            settings ->
                settings
                    .maxConnectionsPerSecond(0)
                    .maxConnectionsPerMinute(0)
                    .httpPublishing(true))) {
      server.withstand(
          "tokens in logs",
          50,
          () ->
              sent.add(
                  ConnectionLog.capture(
                      () -> {
                        for (int round = 0; round < ROUNDS; round++) {
                          tokens.forEach(token -> present(server, token, sent));
                        }
                      })));
      sent.add(server.stats().toString());
    }
    assertThat(sent)
        .as("the log includes DEBUG")
        .anyMatch(text -> text.contains("Refused the token of "));
    assertThat(sent).as("responses are recorded").anyMatch(text -> text.contains("401"));
    assertThat(sent).as("close reasons are recorded").anyMatch(text -> text.contains("4401"));
    for (String secret : secrets(tokens)) {
      assertThat(sent)
          .as("part of a token or of the secret: %s", secret)
          .noneMatch(text -> text.toLowerCase(Locale.ROOT).contains(secret));
    }
  }

  /** Returns the parts of each token, and the server's secret, in lower case. */
  private static List<String> secrets(List<String> tokens) {
    List<String> secrets = new ArrayList<>(List.of(ContractTokens.SECRET.toLowerCase(Locale.ROOT)));
    for (String token : tokens) {
      for (String part : token.split("\\.", -1)) {
        if (!part.isEmpty()) {
          secrets.add(part.toLowerCase(Locale.ROOT));
        }
      }
    }
    return secrets;
  }

  /** Presents a token in each place that can carry one, and records what the server sends. */
  private static void present(AttackedServer server, String token, List<String> sent) {
    connect(server, "/ws/metrics?token=" + token, sent);
    connect(server, "/ws/metrics?token=" + token + "&token=" + token, sent);
    connect(server, "/ws/metricz?token=" + token, sent);
    connect(server, "/ws/metrics", sent, "Authorization: Bearer " + token);
    connect(server, "/ws/metrics", sent, "Authorization: Bearer\u0001 " + token);
    connect(server, "/ws/metrics", sent, "Authorization: Basic " + token);
    connect(server, "/ws/metrics", sent, "Cookie: token=" + token);
    connect(server, "/ws/metrics", sent, "Sec-WebSocket-Protocol: greenlang.v1, bearer." + token);
    connect(server, "/ws/metrics?token=" + token, sent, "Origin: http://" + token);
    try (RawWebSocket client = RawWebSocket.connect(server.url())) {
      sent.add(client.request("GET /health?token=" + token).toString());
      sent.add(client.request("GET /" + token).toString());
      sent.add(client.request("POST /ws/metrics?token=" + token).toString());
    }
    requestEventsAndPublish(server, token, sent);
    refresh(server, token, sent);
  }

  private static void requestEventsAndPublish(
      AttackedServer server, String token, List<String> sent) {
    String bearer = "Authorization: Bearer " + token;
    String channel = SteadyPublisher.CHANNEL.name();
    String events = "GET /sse/metrics?channels=" + channel;
    request(server, events + "&token=" + token, sent);
    request(server, events + "&token=" + token, sent, bearer);
    request(server, events, sent, bearer);
    String publish = "POST /publish/" + channel;
    request(server, publish, sent, bearer, "Content-Type: application/json", "Content-Length: 0");
    request(server, publish + "?token=" + token, sent, "Content-Length: 0");
  }

  private static void request(
      AttackedServer server, String methodAndTarget, List<String> sent, String... headers) {
    try (RawWebSocket client = RawWebSocket.connect(server.url())) {
      sent.add(client.request(methodAndTarget, headers).toString());
    }
  }

  private static void connect(
      AttackedServer server, String target, List<String> sent, String... headers) {
    List<String> lines = new ArrayList<>(List.of("Sec-WebSocket-Version: 13"));
    lines.addAll(List.of(headers));
    try (RawWebSocket client = RawWebSocket.connect(server.url())) {
      RawHttpConnection.Response response =
          client.handshakeAt(target, lines.toArray(String[]::new));
      sent.add(response.toString());
      if (response.status() == 101) {
        client.send("{\"type\":\"none\"}");
        readUntil("UNKNOWN_TYPE", client, sent);
      }
    }
  }

  /** Presents a token in commands, well-formed and malformed. */
  private static void refresh(AttackedServer server, String token, List<String> sent) {
    try (RawWebSocket client = RawWebSocket.open(server.url("refreshing"))) {
      String command = "{\"type\":\"refresh_token\",\"data\":{\"token\":\"" + token + "\"}}";
      client.send(command);
      client.send(command.replace("}}", ",}}"));
      client.send("{\"type\":\"refresh_token\",\"token\":\"" + token + "\"}");
      client.send("{\"type\":\"none\"}");
      readUntil("UNKNOWN_TYPE", client, sent);
    }
  }

  /** Records messages and the reason of a close, until the message with a code. */
  private static void readUntil(String code, RawWebSocket client, List<String> sent) {
    RawWebSocketFrame frame = client.nextFrame();
    while (frame != null && frame.opcode() != RawWebSocketFrame.CLOSE) {
      sent.add(frame.text());
      if (frame.text().contains(code)) {
        return;
      }
      frame = client.nextFrame();
    }
    if (frame != null) {
      sent.add(frame.closeCode() + " " + frame.text());
    }
  }
}
