package io.greenlang.metrics.testkit.transport.hostile;

import static io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome.CLIENT_ERROR;
import static io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome.OTHERS_SERVED;
import static io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome.UNAUTHORIZED;

import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Hostile inputs 10 to 14: requests that must not be upgraded, or not with the options they offer.
 */
final class HostileRequests {

  private static final String NO_UPGRADE = "426";
  private static final String NOT_FOUND = "404";
  private static final String VERSION = "Sec-WebSocket-Version: ";

  /** The length of a token far beyond the limit. */
  private static final int OVERSIZED_LENGTH = 64 * 1024;

  private HostileRequests() {}

  static Stream<HostileInput> inputs() {
    return Stream.of(deflate(), pipelined(), versions(), duplicates(), paths())
        .flatMap(part -> part);
  }

  private static Stream<HostileInput> deflate() {
    return Stream.of(
            "permessage-deflate",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_max_window_bits=999",
            "x-webkit-deflate-frame, permessage-deflate")
        .map(
            extension ->
                new HostileInput(
                    10, extension, "no extension", target -> offer(target, extension)));
  }

  private static String offer(HostileTarget target, String extension) {
    RawWebSocket client =
        target
            .fixture()
            .closeAfterTest(
                RawWebSocket.connect(target.fixture().url("token=" + ContractTokens.valid())));
    RawHttpConnection.Response response = client.upgrade("Sec-WebSocket-Extensions: " + extension);
    client.nextMessage("welcome");
    client.close();
    return response.head().contains("sec-websocket-extensions") ? "accepted" : "no extension";
  }

  private static Stream<HostileInput> pipelined() {
    return Stream.of(
        new HostileInput(
            11,
            "2,000 pipelined GETs",
            OTHERS_SERVED,
            target -> {
              RawWebSocket client = target.fixture().connectTcp();
              String get = new String(client.requestHead("GET /health"), StandardCharsets.US_ASCII);
              client.send(get.repeat(2000).getBytes(StandardCharsets.US_ASCII));
              target.controlClient().awaitMore(10);
              client.reset();
              return OTHERS_SERVED;
            }));
  }

  private static Stream<HostileInput> versions() {
    String unsupported = NO_UPGRADE + ", 13, ends";
    return Stream.of(
        new HostileInput(
            12,
            "an unsupported WebSocket version",
            unsupported,
            target ->
                distinctOutcomes(
                    Stream.of("0", "7", "8", "12", "14", "999", "13, 8", "x"),
                    version -> version(target, VERSION + version))),
        new HostileInput(
            12,
            "a request without a WebSocket version",
            unsupported,
            target -> version(target, "X: y")),
        new HostileInput(
            12,
            "a request without Upgrade",
            NO_UPGRADE,
            target ->
                distinctOutcomes(
                    Stream.of("GET", "HEAD", "POST", "DELETE"),
                    method -> withoutUpgrade(target, method))));
  }

  /** Returns the outcome that all attempts share; different ones are joined by {@code or}. */
  private static String distinctOutcomes(Stream<String> attempts, UnaryOperator<String> outcome) {
    return attempts.map(outcome).distinct().collect(Collectors.joining(" or "));
  }

  private static String withoutUpgrade(HostileTarget target, String method) {
    RawWebSocket client = target.fixture().connectTcp();
    String outcome = Integer.toString(client.request(method + " /ws/metrics").status());
    client.close();
    return outcome;
  }

  /** Returns the status, the version that the server offers instead, and whether it disconnects. */
  private static String version(HostileTarget target, String header) {
    RawWebSocket client = target.fixture().connectTcp();
    RawHttpConnection.Response response = client.handshakeAt("/ws/metrics", header);
    String outcome = Integer.toString(response.status());
    if (response.head().contains("sec-websocket-version: 13\r\n")) {
      outcome += ", 13";
    }
    if (!response.head().contains("connection: close\r\n")) {
      outcome += ", stays open";
    } else if (client.nextResponse(false).status() == 0) {
      outcome += ", ends";
    }
    client.close();
    return outcome;
  }

  private static Stream<HostileInput> duplicates() {
    String valid = ContractTokens.valid();
    String hugeToken = "a".repeat(OVERSIZED_LENGTH);
    return Stream.of(
        new HostileInput(13, "two Origins", "403", HostileRequests::twoOrigins),
        HostileInput.ofQuery(13, "two tokens", UNAUTHORIZED, "token=" + valid + "&token=" + valid),
        HostileInput.ofQuery(13, "a NUL in a token", UNAUTHORIZED, "token=" + valid + "%00"),
        new HostileInput(
            13,
            "a token of 64 KB",
            CLIENT_ERROR,
            target -> target.requestOutcome("/ws/metrics?token=" + hugeToken, VERSION + "13")),
        new HostileInput(
            13,
            "a token of 64 KB in Authorization",
            CLIENT_ERROR,
            target ->
                target.requestOutcome(
                    "/ws/metrics", VERSION + "13", "Authorization: Bearer " + hugeToken)));
  }

  private static String twoOrigins(HostileTarget target) {
    String origin = "Origin: http://127.0.0.1:" + target.fixture().server().url().getPort();
    return target.requestOutcome("/ws/metrics", VERSION + "13", origin, origin);
  }

  private static Stream<HostileInput> paths() {
    return Stream.of(
            "/ws/metrics;x=1",
            "//ws/metrics",
            "/ws/%6Detrics",
            "/ws/metrics/",
            "/WS/metrics",
            "/ws/./metrics",
            "/x/../ws/metrics",
            "/ws%2Fmetrics")
        .map(
            path ->
                new HostileInput(
                    14, path, NOT_FOUND, target -> target.requestOutcome(path, VERSION + "13")));
  }
}
