package io.greenlang.metrics.redis.internal.publish;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * This instance's publications on one channel that wait for Redis. Guarded by the outbox's lock.
 */
public final class ChannelPublishQueue {

  private static final int MAX_UNCONFIRMED = 4_096;

  public final Channel channel;
  public final byte[] log;
  final byte[] meta;
  final byte[] sequence;
  final byte[] bus;

  /** Publications that Redis is not known to have. */
  final ArrayDeque<QueuedPublication> pending = new ArrayDeque<>();

  /**
   * Publications that Redis has, but this instance has not yet received back. During an outage they
   * precede all that Redis does not have. At most {@value #MAX_UNCONFIRMED}; older ones arrive from
   * the log or are reported as lost.
   */
  private final ArrayDeque<QueuedPublication> unconfirmed = new ArrayDeque<>();

  /** The highest sequence that arrived from the log. */
  private long lastConfirmed;

  /** Publications that this instance's clients wait for, because Redis is unavailable. */
  final ArrayDeque<QueuedPublication> localPending = new ArrayDeque<>();

  /** Metrics dropped from {@link #localPending}; reported with the next publication. */
  long droppedLocalMetrics;

  long lastSequence;

  /** Whether Redis did not accept this channel's publications the last time. */
  boolean alone;

  /** Whether to try again. */
  boolean retryRequested;

  /** The sequence that ends local mode once it is in the log; 0 if the channel follows the log. */
  long backAt;

  /** Whether the dispatcher was signalled that {@link #localPending} is not empty. */
  boolean announced;

  ChannelPublishQueue(Channel channel, String instanceId) {
    this.channel = channel;
    this.log = Keys.log(channel);
    this.meta = Keys.meta(channel);
    this.sequence = Keys.sequence(channel, instanceId);
    this.bus = Keys.bytes(Keys.busTopic(channel));
  }

  /** Records that Redis has one of the waiting publications. */
  void onLogged(QueuedPublication publication) {
    if (publication.sequence() <= lastConfirmed) {
      return; // it arrived from the log before the reply did
    }
    unconfirmed.add(publication);
    if (unconfirmed.size() > MAX_UNCONFIRMED) {
      unconfirmed.remove();
    }
  }

  /**
   * Records that a publication arrived from the log. All earlier ones that Redis has did so, too.
   */
  void onConfirmed(long sequence) {
    lastConfirmed = Math.max(lastConfirmed, sequence);
    while (!unconfirmed.isEmpty() && unconfirmed.element().sequence() <= lastConfirmed) {
      unconfirmed.remove();
    }
  }

  /** Enters local mode: this instance's clients get all publications that they lack, in order. */
  void enterLocalMode() {
    alone = true;
    backAt = 0;
    localPending.addAll(unconfirmed);
    localPending.addAll(pending);
  }

  /** Drops the oldest waiting publication; returns null if there is none. */
  @Nullable QueuedPublication dropOldest() {
    QueuedPublication oldest = pending.poll();
    while (oldest != null
        && !localPending.isEmpty()
        && localPending.element().sequence() <= oldest.sequence()) {
      droppedLocalMetrics += localPending.remove().count();
    }
    return oldest;
  }
}
