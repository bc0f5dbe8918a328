package io.greenlang.metrics.redis.checker;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.testkit.RawWebSocket;
import io.greenlang.metrics.testkit.RawWebSocketFrame;
import io.greenlang.metrics.testkit.TransportMessage;
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
 * A client that connects to any instance, and when it is cut off, to any other, going on behind the
 * last values that it has. A thread reads all that comes. Three in four take batches, or
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
   * Starts it.
   *
   * @param series what it wants to hear on each channel
   * @param violations where to tell what is wrong
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
      try (RawWebSocket opened =
          RawWebSocket.open(instances.get(random.nextInt(instances.size())).url())) {
        socket = opened;
        opened.send(command());
        read(opened);
      } catch (IllegalStateException | UncheckedIOException | AssertionError e) {
        // the instance is not there at the moment: another one may be
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
    List<String> places = new ArrayList<>();
    synchronized (verdicts) {
      verdicts.forEach(
          (channel, verdict) -> {
            String place = verdict.place();
            if (place != null) {
              places.add("\"" + channel + "\":" + place);
            }
          });
    }
    return "{\"type\":\"subscribe\",\"data\":{\"channels\":["
        + quoted(CheckedInstance.CHANNELS)
        + "],\"metrics\":["
        + quoted(series)
        + "],\"resume\":true"
        + format
        + (places.isEmpty() ? "" : ",\"since\":{" + String.join(",", places) + "}")
        + "}}";
  }

  private static String quoted(List<?> names) {
    return names.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(","));
  }

  private void read(RawWebSocket from) {
    RawWebSocketFrame frame = from.frame();
    while (frame != null && frame.opcode() != RawWebSocketFrame.CLOSE) {
      Encoding encoding =
          frame.opcode() == RawWebSocketFrame.BINARY ? Encoding.MESSAGEPACK : Encoding.JSON;
      if (encoding == Encoding.MESSAGEPACK || frame.opcode() == RawWebSocketFrame.TEXT) {
        JsonNode body = TransportMessage.read(encoding, frame.payload()).body();
        if (body.path("type").asText().equals("ping")) {
          from.send("{\"type\":\"pong\"}");
        }
        synchronized (verdicts) {
          take(body);
        }
      }
      frame = from.frame();
    }
  }

  private void take(JsonNode body) {
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
      body.path("metrics").forEach(metric -> take(body, metric));
    } else if (body.has("value")) {
      take(body, body);
    } else if (type.equals("error")) {
      violations.add("a client was refused: " + body);
    }
  }

  /** Takes a metric of a message; where it stands, and whether it is replayed, the message says. */
  private void take(JsonNode message, JsonNode metric) {
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
  void cut() {
    RawWebSocket current = socket;
    if (current != null) {
      current.cut();
    }
  }

  /** Whether it has heard the last of what it wants to hear. */
  boolean hasAll() {
    synchronized (verdicts) {
      return verdicts.entrySet().stream()
          .allMatch(
              each ->
                  series.stream()
                      .allMatch(
                          name -> each.getValue().last(name) >= published(name, each.getKey())));
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
    cut();
    thread.interrupt();
  }
}
