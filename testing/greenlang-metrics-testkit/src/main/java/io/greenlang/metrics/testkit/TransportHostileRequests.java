package io.greenlang.metrics.testkit;

import static io.greenlang.metrics.testkit.TransportOutcome.CLIENT_ERROR;
import static io.greenlang.metrics.testkit.TransportOutcome.SERVED;
import static io.greenlang.metrics.testkit.TransportOutcome.TOLD_UNAUTHORIZED;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Hostile inputs 10 to 14: requests that must not be upgraded, or not with the options they offer.
 */
final class TransportHostileRequests {

  private static final String NO_UPGRADE = "426";
  private static final String NOT_FOUND = "404";
  private static final String VERSION = "Sec-WebSocket-Version: ";

  /** The length of a token far beyond the limit. */
  private static final int OVERSIZED_LENGTH = 64 * 1024;

  private TransportHostileRequests() {}

  static Stream<TransportHostileInput> inputs() {
    return Stream.of(deflate(), pipelined(), versions(), duplicates(), paths())
        .flatMap(part -> part);
  }

  private static Stream<TransportHostileInput> deflate() {
    return Stream.of(
            "permessage-deflate",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_max_window_bits=999",
            "x-webkit-deflate-frame, permessage-deflate")
        .map(
            extension ->
                new TransportHostileInput(
                    10, extension, "no extension", target -> offer(target, extension)));
  }

  private static String offer(TransportHostileTarget target, String extension) {
    RawWebSocket client =
        target.rig().keep(RawWebSocket.tcp(target.rig().url("token=" + TransportTokens.good())));
    RawWebSocket.Response response = client.upgrade("Sec-WebSocket-Extensions: " + extension);
    client.message("welcome");
    client.close();
    return response.head().contains("sec-websocket-extensions") ? "accepted" : "no extension";
  }

  private static Stream<TransportHostileInput> pipelined() {
    return Stream.of(
        new TransportHostileInput(
            11,
            "2,000 pipelined GETs",
            SERVED,
            target -> {
              RawWebSocket client = target.rig().tcp();
              String get = new String(client.head("GET /health"), StandardCharsets.US_ASCII);
              client.send(get.repeat(2000).getBytes(StandardCharsets.US_ASCII));
              target.witness().awaitMore(10);
              client.cut();
              return SERVED;
            }));
  }

  private static Stream<TransportHostileInput> versions() {
    String unsupported = NO_UPGRADE + ", 13, ends";
    return Stream.of(
        new TransportHostileInput(
            12,
            "another version",
            unsupported,
            target ->
                distinctOutcomes(
                    Stream.of("0", "7", "8", "12", "14", "999", "13, 8", "x"),
                    version -> version(target, VERSION + version))),
        new TransportHostileInput(12, "no version", unsupported, target -> version(target, "X: y")),
        new TransportHostileInput(
            12,
            "no Upgrade",
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

  private static String withoutUpgrade(TransportHostileTarget target, String method) {
    RawWebSocket client = target.rig().tcp();
    String outcome = Integer.toString(client.request(method + " /ws/metrics").status());
    client.close();
    return outcome;
  }

  /** Returns the status, the version that the server offers instead, and whether it disconnects. */
  private static String version(TransportHostileTarget target, String header) {
    RawWebSocket client = target.rig().tcp();
    RawWebSocket.Response response = client.handshakeAt("/ws/metrics", header);
    String outcome = Integer.toString(response.status());
    if (response.head().contains("sec-websocket-version: 13\r\n")) {
      outcome += ", 13";
    }
    if (!response.head().contains("connection: close\r\n")) {
      outcome += ", goes on";
    } else if (client.response(false).status() == 0) {
      outcome += ", ends";
    }
    client.close();
    return outcome;
  }

  private static Stream<TransportHostileInput> duplicates() {
    String valid = TransportTokens.good();
    String hugeToken = "a".repeat(OVERSIZED_LENGTH);
    return Stream.of(
        new TransportHostileInput(13, "two Origins", "403", TransportHostileRequests::twoOrigins),
        TransportHostileInput.query(
            13, "two tokens", TOLD_UNAUTHORIZED, "token=" + valid + "&token=" + valid),
        TransportHostileInput.query(
            13, "a NUL in a token", TOLD_UNAUTHORIZED, "token=" + valid + "%00"),
        new TransportHostileInput(
            13,
            "a token of 64 KB",
            CLIENT_ERROR,
            target -> target.request("/ws/metrics?token=" + hugeToken, VERSION + "13")),
        new TransportHostileInput(
            13,
            "a token of 64 KB in Authorization",
            CLIENT_ERROR,
            target ->
                target.request(
                    "/ws/metrics", VERSION + "13", "Authorization: Bearer " + hugeToken)));
  }

  private static String twoOrigins(TransportHostileTarget target) {
    String origin = "Origin: http://127.0.0.1:" + target.rig().server().url().getPort();
    return target.request("/ws/metrics", VERSION + "13", origin, origin);
  }

  private static Stream<TransportHostileInput> paths() {
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
                new TransportHostileInput(
                    14, path, NOT_FOUND, target -> target.request(path, VERSION + "13")));
  }
}
