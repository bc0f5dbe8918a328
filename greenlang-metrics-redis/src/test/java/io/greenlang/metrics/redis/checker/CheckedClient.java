package io.greenlang.metrics.redis.checker;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client that connects to any instance, and after each disconnect to any other, where it resumes
 * after the last values it received. Its thread reads everything. Three in four use batches, or
 * MessagePack, or both.
 */
final class CheckedClient implements AutoCloseable {

  private static final long PAUSE_NANOS = 20_000_000;

  private final List<CheckedInstance> instances;
  private final List<String> series;
  private final String format;
  private final Random random;
  private final Map<Channel, Verdict> verdicts = new LinkedHashMap<>();
  private final List<String> violations;
  private final Thread thread;
  private volatile @Nullable RawWebSocket socket;
  private volatile boolean closed;

  /**
   * Starts the client.
   *
   * @param series the series it subscribes to on each channel
   * @param violations receives the violations
   */
  CheckedClient(
      int number,
      List<CheckedInstance> instances,
      List<String> series,
      List<String> violations,
      long seed) {
    this.instances = instances;
    this.series = series;
    this.format = ",\"batch\":" + (number % 2 == 1) + ",\"compression\":" + (number / 2 % 2 == 1);
    this.violations = violations;
    this.random = new Random(seed);
    for (Channel channel : CheckedInstance.CHANNELS) {
      verdicts.put(
          channel,
          new Verdict(
              "client " + number + " on " + channel, name -> published(name, channel), violations));
    }
    this.thread = new Thread(this::run, "checked-client-" + number);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!closed) {
      try (RawWebSocket connection =
          RawWebSocket.open(instances.get(random.nextInt(instances.size())).url())) {
        socket = connection;
        connection.send(command());
        readUntilClosed(connection);
      } catch (IllegalStateException | UncheckedIOException | AssertionError e) {
        // the instance is unavailable now: try another one
        LockSupport.parkNanos(PAUSE_NANOS);
      } catch (RuntimeException e) {
        violations.add("a client failed: " + e);
        return;
      }
    }
  }

  private long published(String name, Channel channel) {
    for (int i = 0; i < instances.size(); i++) {
      if (CheckedInstance.series(i).contains(name)) {
        return instances.get(i).published(channel);
      }
    }
    return 0;
  }

  private String command() {
    List<String> positions = new ArrayList<>();
    synchronized (verdicts) {
      verdicts.forEach(
          (channel, verdict) -> {
            String position = verdict.position();
            if (position != null) {
              positions.add("\"" + channel + "\":" + position);
            }
          });
    }
    return "{\"type\":\"subscribe\",\"data\":{\"channels\":["
        + quoted(CheckedInstance.CHANNELS)
        + "],\"metrics\":["
        + quoted(series)
        + "],\"resume\":true"
        + format
        + (positions.isEmpty() ? "" : ",\"since\":{" + String.join(",", positions) + "}")
        + "}}";
  }

  private static String quoted(List<?> names) {
    return names.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(","));
  }

  private void readUntilClosed(RawWebSocket connection) {
    RawWebSocketFrame frame = connection.nextFrame();
    while (frame != null && frame.opcode() != RawWebSocketFrame.CLOSE) {
      Encoding encoding =
          frame.opcode() == RawWebSocketFrame.BINARY ? Encoding.MESSAGEPACK : Encoding.JSON;
      if (encoding == Encoding.MESSAGEPACK || frame.opcode() == RawWebSocketFrame.TEXT) {
        JsonNode body = ReceivedMessage.read(encoding, frame.payload()).body();
        if (body.path("type").asText().equals("ping")) {
          connection.send("{\"type\":\"pong\"}");
        }
        synchronized (verdicts) {
          onMessage(body);
        }
      }
      frame = connection.nextFrame();
    }
  }

  private void onMessage(JsonNode body) {
    String type = body.path("type").asText();
    if (type.equals("subscribed")) {
      verdicts.forEach(
          (channel, verdict) -> {
            JsonNode place = body.path("positions").path(channel.name());
            verdict.subscribed(
                place.path("epoch").asText(),
                place.path("offset").asLong(),
                place.path("recovered").asBoolean());
          });
    } else if (type.equals("lagged")) {
      verdict(body).lagged(body.path("epoch").textValue(), body.path("offset").asLong());
    } else if (body.has("metrics")) {
      body.path("metrics").forEach(metric -> onMessage(body, metric));
    } else if (body.has("value")) {
      onMessage(body, body);
    } else if (body.has("retry_after")) {
      disconnect(); // too many clients resume at this moment
    } else if (type.equals("error")) {
      violations.add("a client was rejected: " + body);
    }
  }

  /**
   * Passes on a metric of a message. The message contains its position, and whether it is replayed.
   */
  private void onMessage(JsonNode message, JsonNode metric) {
    verdict(message)
        .value(
            metric.path("name").asText(),
            metric.path("value").asLong(),
            message.path("offset").asLong(),
            message.path("replayed").asBoolean());
  }

  private Verdict verdict(JsonNode message) {
    return Objects.requireNonNull(
        verdicts.get(new Channel(message.path("channel").asText())), message::toString);
  }

  /** Resets its connection, if it has one. */
  void disconnect() {
    RawWebSocket current = socket;
    if (current != null) {
      current.reset();
    }
  }

  /** Returns whether it has received the last value of each of its series. */
  boolean hasAll() {
    synchronized (verdicts) {
      return verdicts.entrySet().stream()
          .allMatch(
              each ->
                  series.stream()
                      .allMatch(
                          name ->
                              each.getValue().lastValue(name) >= published(name, each.getKey())));
    }
  }

  @Override
  public String toString() {
    synchronized (verdicts) {
      return verdicts.values().stream().map(Verdict::toString).collect(Collectors.joining("; "));
    }
  }

  @Override
  public void close() {
    closed = true;
    disconnect();
    thread.interrupt();
  }
}
