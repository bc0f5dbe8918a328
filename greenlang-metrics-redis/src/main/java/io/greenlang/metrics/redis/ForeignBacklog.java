package io.greenlang.metrics.redis;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The messages of other programs on one channel that this instance has heard and not yet seen in
 * the log. Under its owner's lock.
 *
 * <p>Every instance hears each of them, and one must log it. That one is the leader, at once. But
 * leaders end and miss things, so everybody logs what is not in the log after a while. That no
 * message is logged twice does not depend on who leads: foreign publications are numbered, and one
 * is logged only if the log's last has the number before. So whoever succeeds knew every foreign
 * entry of the log, this message not among them. Who does not succeed waits until the bus has told
 * what is new in the log.
 *
 * <p>What is seen in the log before it was heard is remembered for a moment, for the bus may be
 * faster than the other program's topic. Who is told nothing by the bus for seconds, or loses sight
 * of the log, asks Redis for the number: only then a message could be logged twice.
 */
final class ForeignBacklog {

  /** Begins the node of an entry that is another program's message; its digest follows. */
  static final String MARK = "~";

  /** How much is kept for when nobody logs it. */
  static final int MAX_BYTES = 4 << 20;

  static final int MAX_MESSAGES = 4_096;

  /** An instance that does not lead waits that long, and up to half as long by chance. */
  static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How long to wait for the bus after a refusal. */
  static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Who hears something that late hears something else of the same text. */
  private static final long EARLY_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long EXPIRY_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int REFUSALS_BEFORE_ASKING = 3;
  private static final int DIGEST_BYTES = 16;

  private final ArrayDeque<Heard> heard = new ArrayDeque<>();
  private final ArrayDeque<Early> early = new ArrayDeque<>();
  private final long graceNanos;
  private long bytes;
  private long last;
  private int refusals;
  private long refusedNanos;

  /**
   * An empty one.
   *
   * @param last the number of the log's last foreign publication, before anything is heard
   * @param graceNanos how long it waits for the leader
   */
  ForeignBacklog(long last, long graceNanos) {
    this.last = last;
    this.graceNanos = graceNanos;
  }

  /** A message as it is on its way into the log. */
  static final class Heard {
    private final String mark;
    private final int count;
    private final byte[] payload;
    private final long nanos;
    private boolean logged;

    private Heard(String mark, int count, byte[] payload, long nanos) {
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

  /** A message's mark, and when it was seen. */
  private record Early(String mark, long nanos) {}

  /** Names a message by its bytes. */
  static String markOf(byte[] message) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(message);
      return MARK + HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Takes a message that was heard.
   *
   * @return how many messages had to go for it, without having been logged
   */
  int hear(String mark, int count, byte[] payload, long now) {
    early.removeIf(each -> now - each.nanos() > EARLY_NANOS);
    for (Iterator<Early> i = early.iterator(); i.hasNext(); ) {
      if (i.next().mark().equals(mark)) {
        i.remove();
        return 0;
      }
    }
    heard.add(new Heard(mark, count, payload, now));
    bytes += payload.length;
    int gone = 0;
    while (bytes > MAX_BYTES || heard.size() > MAX_MESSAGES) {
      bytes -= heard.remove().payload.length;
      gone++;
    }
    return gone;
  }

  /** Takes notice of a foreign entry in the log. */
  void seen(String mark, long sequence, long now) {
    last = Math.max(last, sequence);
    refusals = 0;
    for (Iterator<Heard> i = heard.iterator(); i.hasNext(); ) {
      Heard each = i.next();
      if (each.mark.equals(mark)) {
        i.remove();
        bytes -= each.payload.length;
        return;
      }
    }
    early.add(new Early(mark, now));
    if (early.size() > MAX_MESSAGES) {
      early.remove();
    }
  }

  /** What is to be logged now, in the order in which it was heard. */
  List<Heard> due(boolean leading, long now) {
    List<Heard> due = new ArrayList<>();
    if (refusals > 0 && now - refusedNanos < RETRY_NANOS) {
      return due;
    }
    for (Heard each : heard) {
      if (!each.logged && (leading || now - each.nanos >= graceNanos)) {
        due.add(each);
      }
    }
    return due;
  }

  /** Lets go of what is too old; how many. */
  int expire(long now) {
    int gone = 0;
    while (!heard.isEmpty() && now - heard.element().nanos > EXPIRY_NANOS) {
      bytes -= heard.remove().payload.length;
      gone++;
    }
    return gone;
  }

  /** The number to log the next message under. */
  long next() {
    return last + 1;
  }

  /** Takes notice that a message was logged under a number. */
  void logged(Heard message, long sequence) {
    message.logged = true;
    last = Math.max(last, sequence);
    refusals = 0;
  }

  /** Takes notice that the log's last is another, or that it is not known whether it is. */
  void refused(long now) {
    refusals++;
    refusedNanos = now;
  }

  /** Whether the bus is silent about what has the number, so that Redis must be asked. */
  boolean isLost() {
    return refusals >= REFUSALS_BEFORE_ASKING;
  }

  /** Where the log stands, as Redis says. */
  void resume(long sequence) {
    last = sequence;
    refusals = 0;
  }

  /** Whether everything that was heard is in the log. */
  boolean isEmpty() {
    return heard.isEmpty();
  }
}
