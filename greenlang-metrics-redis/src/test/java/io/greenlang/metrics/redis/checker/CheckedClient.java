package io.greenlang.metrics.redis.checker;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.testkit.RawWebSocket;
import io.greenlang.metrics.testkit.RawWebSocketFrame;
import io.greenlang.metrics.testkit.TransportMessage;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A client that connects to any instance, and when it is cut off, to any other, going on behind the
 * last value that it has. A thread reads all that comes.
 */
final class CheckedClient implements AutoCloseable {

  private static final long PAUSE_NANOS = 20_000_000;

  private final List<CheckedInstance> instances;
  private final List<String> series;
  private final Random random;
  private final Verdict verdict;
  private final List<String> violations;
  private final Thread thread;
  private volatile @Nullable RawWebSocket socket;
  private volatile boolean closed;

  /**
   * Starts it.
   *
   * @param series what it wants to hear
   */
  CheckedClient(
      int number,
      List<CheckedInstance> instances,
      List<String> series,
      Verdict verdict,
      List<String> violations,
      long seed) {
    this.instances = instances;
    this.series = series;
    this.verdict = verdict;
    this.violations = violations;
    this.random = new Random(seed);
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

  private String command() {
    String since;
    synchronized (verdict) {
      since = verdict.since();
    }
    return "{\"type\":\"subscribe\",\"data\":{\"channels\":[\""
        + CheckedInstance.CHANNEL
        + "\"],\"metrics\":[\""
        + String.join("\",\"", series)
        + "\"],\"resume\":true"
        + (since == null ? "" : ",\"since\":" + since)
        + "}}";
  }

  private void read(RawWebSocket from) {
    RawWebSocketFrame frame = from.frame();
    while (frame != null && frame.opcode() != RawWebSocketFrame.CLOSE) {
      if (frame.opcode() == RawWebSocketFrame.TEXT) {
        JsonNode body = TransportMessage.read(Encoding.JSON, frame.payload()).body();
        if (body.path("type").asText().equals("ping")) {
          from.send("{\"type\":\"pong\"}");
        }
        synchronized (verdict) {
          take(body);
        }
      }
      frame = from.frame();
    }
  }

  private void take(JsonNode body) {
    String type = body.path("type").asText();
    if (type.equals("subscribed")) {
      JsonNode place = body.path("positions").path(CheckedInstance.CHANNEL.name());
      verdict.subscribed(
          place.path("epoch").asText(),
          place.path("offset").asLong(),
          place.path("recovered").asBoolean());
    } else if (type.equals("lagged")) {
      verdict.lagged(body.path("epoch").textValue(), body.path("offset").asLong());
    } else if (body.has("value")) {
      verdict.value(
          body.path("name").asText(),
          body.path("value").asLong(),
          body.path("offset").asLong(),
          body.path("replayed").asBoolean());
    } else if (type.equals("error")) {
      violations.add("a client was refused: " + body);
    }
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
    synchronized (verdict) {
      for (int i = 0; i < instances.size(); i++) {
        String name = CheckedInstance.series(i);
        if (series.contains(name) && verdict.last(name) < instances.get(i).published()) {
          return false;
        }
      }
      return true;
    }
  }

  @Override
  public String toString() {
    synchronized (verdict) {
      return verdict.toString();
    }
  }

  @Override
  public void close() {
    closed = true;
    cut();
    thread.interrupt();
  }
}
