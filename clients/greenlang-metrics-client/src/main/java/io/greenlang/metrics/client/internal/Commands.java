package io.greenlang.metrics.client.internal;

import io.greenlang.metrics.client.internal.connection.EventLoop;
import io.greenlang.metrics.client.internal.protocol.Command;
import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.MetricsClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one connection that await their replies. A reply carries the id of its command.
 * Only the event loop uses it.
 */
final class Commands {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final EventLoop loop;
  private final Consumer<Command> sender;
  private final BooleanSupplier isReadingPaused;
  private final Map<String, Pending> pending = new LinkedHashMap<>();
  private long lastId;
  private volatile @Nullable Duration roundTrip;

  /** A command without a reply. */
  private static final class Pending {
    final Class<? extends ServerMessage.Reply> replyType;
    final Consumer<ServerMessage.Reply> onReply;
    final Consumer<MetricsClientException> onError;
    final long sentAt;
    EventLoop.Timer timer;

    Pending(
        Class<? extends ServerMessage.Reply> replyType,
        Consumer<ServerMessage.Reply> onReply,
        Consumer<MetricsClientException> onError,
        long sentAt) {
      this.replyType = replyType;
      this.onReply = onReply;
      this.onError = onError;
      this.sentAt = sentAt;
      this.timer = () -> {};
    }
  }

  /**
   * Creates an empty list.
   *
   * @param sender sends a command on the current connection
   * @param isReadingPaused whether the client does not read because a subscriber is slow. A reply
   *     cannot arrive then, and the timeout starts again
   */
  Commands(EventLoop loop, Consumer<Command> sender, BooleanSupplier isReadingPaused) {
    this.loop = loop;
    this.sender = sender;
    this.isReadingPaused = isReadingPaused;
  }

  /** Returns the round-trip time of the last command; null before the first reply. */
  @Nullable Duration roundTrip() {
    return roundTrip;
  }

  /**
   * Sends a command and calls exactly one of the callbacks, once.
   *
   * <p>A callback runs before the client handles the next frame, because the frames that follow a
   * reply depend on it.
   *
   * @param onError receives the server's error, {@code TIMEOUT}, or {@code CONNECTION} if the
   *     connection was lost before the reply
   */
  <R extends ServerMessage.Reply> void send(
      Command command,
      Class<R> replyType,
      Consumer<R> onReply,
      Consumer<MetricsClientException> onError) {
    String id = Long.toString(++lastId);
    Pending entry =
        new Pending(
            replyType, reply -> onReply.accept(replyType.cast(reply)), onError, loop.nanoTime());
    pending.put(id, entry);
    startTimer(id, entry, command.type());
    sender.accept(command.withId(id));
  }

  private void startTimer(String id, Pending entry, String type) {
    entry.timer = loop.schedule(TIMEOUT, () -> onTimeout(id, entry, type));
  }

  private void onTimeout(String id, Pending entry, String type) {
    if (isReadingPaused.getAsBoolean()) {
      startTimer(id, entry, type);
    } else if (pending.remove(id, entry)) {
      String message = "No reply to " + type + " within " + TIMEOUT.toSeconds() + " s";
      entry.onError.accept(MetricsClientException.of(ErrorCode.TIMEOUT, message));
    }
  }

  /** Completes the command that a message replies to; returns false if it replies to none. */
  boolean complete(ServerMessage.Reply reply) {
    String id = reply.id();
    Pending entry = remove(id == null ? oldestId(reply) : id);
    if (entry == null) {
      return false;
    }
    roundTrip = Duration.ofNanos(loop.nanoTime() - entry.sentAt);
    if (reply instanceof ServerMessage.Failure failure) {
      entry.onError.accept(failure.error());
    } else if (entry.replyType.isInstance(reply)) {
      entry.onReply.accept(reply);
    } else {
      String message = "The server answered a command with a message of another type";
      entry.onError.accept(MetricsClientException.of(ErrorCode.MALFORMED_FRAME, message));
    }
    return true;
  }

  /** Fails every pending command. Their replies are lost with the connection. */
  void failAll(MetricsClientException error) {
    List<Pending> lost = new ArrayList<>(pending.values());
    pending.clear();
    lost.forEach(each -> each.timer.cancel());
    lost.forEach(each -> each.onError.accept(error));
  }

  /** Returns the oldest command of a kind: a server without ids replies in order. */
  private String oldestId(ServerMessage.Reply reply) {
    for (Map.Entry<String, Pending> each : pending.entrySet()) {
      if (each.getValue().replyType.isInstance(reply)) {
        return each.getKey();
      }
    }
    return "";
  }

  private @Nullable Pending remove(String id) {
    Pending entry = pending.remove(id);
    if (entry != null) {
      entry.timer.cancel();
    }
    return entry;
  }
}
