package io.greenlang.metrics.spring.boot;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** A client of the metrics server that reads until it has found what a test expects. */
public final class MetricsClient implements AutoCloseable {

  private static final int ATTEMPTS = 10;

  private final RawWebSocket socket;
  private final ReceivedMessage welcome;

  private MetricsClient(RawWebSocket socket) {
    this.socket = socket;
    this.welcome = socket.nextMessage();
  }

  /** Connects; each header is a complete line. */
  public static MetricsClient connect(String httpAddress, String... headers) {
    URI url = URI.create(httpAddress.replaceFirst("^http", "ws"));
    return new MetricsClient(RawWebSocket.open(url, headers));
  }

  /** Returns the first message of the server: a welcome, or an error. */
  public ReceivedMessage welcome() {
    return welcome;
  }

  public JsonNode subscribe(String data) {
    return socket.ask("{\"type\":\"subscribe\",\"data\":" + data + "}", "subscribed").body();
  }

  /** Subscribes to a channel that the server must not show; returns the code of the error. */
  public String subscribeToHidden(String channel) {
    String data = "{\"channels\":[\"" + channel + "\"]}";
    return socket.ask("{\"type\":\"subscribe\",\"data\":" + data + "}", "error").text("code");
  }

  /** Reads up to the next metric that fulfills a condition. */
  public JsonNode await(Predicate<JsonNode> condition) {
    while (true) {
      ReceivedMessage message = socket.nextMessage();
      if (message.isMetric() && condition.test(message.body())) {
        return message.body();
      }
    }
  }

  /**
   * Reads until each of these metrics has arrived once. The requests of handshakes and of the
   * dashboard do not count.
   */
  public Map<String, JsonNode> awaitAll(String... names) {
    Set<String> missing = new HashSet<>(Set.of(names));
    Map<String, JsonNode> found = new HashMap<>();
    while (!missing.isEmpty()) {
      JsonNode metric =
          await(
              each ->
                  missing.contains(each.path("name").asText()) && !isOwnRequest(each.path("tags")));
      found.put(metric.path("name").asText(), metric);
      missing.remove(metric.path("name").asText());
    }
    return found;
  }

  /**
   * Makes a request until its metrics arrive within a limit, because a busy machine delays some of
   * them, and returns these metrics.
   *
   * @throws AssertionError if those of no request did
   */
  public Map<String, JsonNode> awaitAllWithin(Duration limit, Callable<?> request, String... names)
      throws Exception {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Object unused = request.call();
      long start = System.nanoTime(); // a busy machine may take seconds for the request itself
      Map<String, JsonNode> metrics = awaitAll(names);
      if (System.nanoTime() - start < limit.toNanos()) {
        return metrics;
      }
    }
    throw new AssertionError("the metrics of each request took longer than " + limit);
  }

  private static boolean isOwnRequest(JsonNode tags) {
    return tags.path("status").asText().equals("101")
        || tags.path("uri").asText().startsWith("/greenlang-metrics/");
  }

  public int awaitCloseCode() {
    return socket.awaitCloseCode();
  }

  @Override
  public void close() {
    socket.close();
  }
}
