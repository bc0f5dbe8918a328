package io.greenlang.metrics.redis.internal.external;

import io.greenlang.metrics.redis.internal.log.LogEntry;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The messages of external publishers on one channel that this instance has received, and has not
 * yet seen in the log. Guarded by its owner's lock.
 *
 * <p>Every instance receives each of these messages, and exactly one must log it. The leader does
 * so at once. Leaders can stop and miss messages, so after a delay any instance logs the messages
 * that are still not in the log.
 *
 * <p>That no message is logged twice does not depend on the leader. External publications are
 * numbered, and one is logged only if the last one in the log has the preceding number. An instance
 * that succeeds therefore knew every external entry of the log, and this message was not among
 * them. An instance that is refused waits until the bus has delivered the new entries of the log.
 *
 * <p>The bus may be faster than the publisher's own topic, so an entry seen in the log before its
 * message arrives is remembered for a moment. An instance that receives nothing from the bus for
 * seconds, or loses track of the log, asks Redis for the number. Only then could a message be
 * logged twice.
 */
final class ExternalBacklog {

  /** The bound of the backlog, which matters while no instance logs it. */
  static final int MAX_BYTES = 4 << 20;

  static final int MAX_MESSAGES = 4_096;

  /** How long an instance that does not lead waits, plus up to half as long at random. */
  static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How long to wait for the bus after a refusal. */
  static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A message that arrives later than this after an equal entry is a different message. */
  private static final long EARLY_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long EXPIRY_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int REFUSALS_BEFORE_ASKING = 3;
  private static final int DIGEST_BYTES = 16;

  private final ArrayDeque<ReceivedMessage> received = new ArrayDeque<>();
  private final ArrayDeque<Early> seenFirst = new ArrayDeque<>();
  private final long graceNanos;
  private long bytes;
  private long lastPublisherSequence;
  private int refusals;
  private long refusedNanos;

  /**
   * Creates an empty backlog.
   *
   * @param lastPublisherSequence the number of the last external publication in the log, before any
   *     message is received
   * @param graceNanos how long to wait for the leader
   */
  ExternalBacklog(long lastPublisherSequence, long graceNanos) {
    this.lastPublisherSequence = lastPublisherSequence;
    this.graceNanos = graceNanos;
  }

  /** A received message on its way into the log. */
  static final class ReceivedMessage {
    private final String mark;
    private final int count;
    private final byte[] payload;
    private final long nanos;
    private boolean logged;

    private ReceivedMessage(String mark, int count, byte[] payload, long nanos) {
      this.mark = mark;
      this.count = count;
      this.payload = payload;
      this.nanos = nanos;
    }

    int count() {
      return count;
    }

    byte[] payload() {
      return payload;
    }

    String mark() {
      return mark;
    }
  }

  /** The mark of an entry that was seen before its message, and when. */
  private record Early(String mark, long nanos) {}

  /** Returns the mark that identifies a message by its bytes. */
  static String markOf(byte[] message) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(message);
      return LogEntry.EXTERNAL_MARK + HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Adds a received message, unless the log already has it.
   *
   * @return how many older messages were dropped because of the limits, without having been logged
   */
  int addReceived(String mark, int count, byte[] payload, long now) {
    if (removeSeenFirst(mark, now)) {
      return 0;
    }
    received.add(new ReceivedMessage(mark, count, payload, now));
    bytes += payload.length;
    int dropped = 0;
    while (bytes > MAX_BYTES || received.size() > MAX_MESSAGES) {
      removeOldest();
      dropped++;
    }
    return dropped;
  }

  /** Removes a mark that was seen in the log before its message; returns whether it was. */
  private boolean removeSeenFirst(String mark, long now) {
    seenFirst.removeIf(entry -> now - entry.nanos() > EARLY_NANOS);
    for (Iterator<Early> i = seenFirst.iterator(); i.hasNext(); ) {
      if (i.next().mark().equals(mark)) {
        i.remove();
        return true;
      }
    }
    return false;
  }

  private void removeOldest() {
    bytes -= received.remove().payload.length;
  }

  /** Records an external entry of the log. */
  void onEntry(String mark, long publisherSequence, long now) {
    lastPublisherSequence = Math.max(lastPublisherSequence, publisherSequence);
    refusals = 0;
    if (!removeReceived(mark)) {
      seenFirst.add(new Early(mark, now));
      if (seenFirst.size() > MAX_MESSAGES) {
        seenFirst.remove();
      }
    }
  }

  private boolean removeReceived(String mark) {
    for (Iterator<ReceivedMessage> i = received.iterator(); i.hasNext(); ) {
      ReceivedMessage message = i.next();
      if (message.mark.equals(mark)) {
        i.remove();
        bytes -= message.payload.length;
        return true;
      }
    }
    return false;
  }

  /** Returns the messages to log now, in the order of their arrival. */
  List<ReceivedMessage> due(boolean leading, long now) {
    List<ReceivedMessage> due = new ArrayList<>();
    if (refusals > 0 && now - refusedNanos < RETRY_NANOS) {
      return due;
    }
    for (ReceivedMessage message : received) {
      if (!message.logged && (leading || now - message.nanos >= graceNanos)) {
        due.add(message);
      }
    }
    return due;
  }

  /** Drops the messages that are too old; returns how many. */
  int expire(long now) {
    int dropped = 0;
    while (!received.isEmpty() && now - received.element().nanos > EXPIRY_NANOS) {
      removeOldest();
      dropped++;
    }
    return dropped;
  }

  /** Returns the number under which to log the next message. */
  long nextPublisherSequence() {
    return lastPublisherSequence + 1;
  }

  /** Records that a message was logged under a number. */
  void onLogged(ReceivedMessage message, long publisherSequence) {
    message.logged = true;
    lastPublisherSequence = Math.max(lastPublisherSequence, publisherSequence);
    refusals = 0;
  }

  /** Records that the log's last number is another, or that the outcome is unknown. */
  void onRejected(long now) {
    refusals++;
    refusedNanos = now;
  }

  /**
   * Returns whether the bus has not delivered the entry with the number, so that Redis must be
   * asked.
   */
  boolean mustResync() {
    return refusals >= REFUSALS_BEFORE_ASKING;
  }

  /** Continues after the last number that Redis reports. */
  void resync(long publisherSequence) {
    lastPublisherSequence = publisherSequence;
    refusals = 0;
  }

  /** Returns whether every received message is in the log. */
  boolean isEmpty() {
    return received.isEmpty();
  }
}
