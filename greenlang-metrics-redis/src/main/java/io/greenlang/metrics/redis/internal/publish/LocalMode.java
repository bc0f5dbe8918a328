package io.greenlang.metrics.redis.internal.publish;

import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue.QueuedPublication;
import io.greenlang.metrics.redis.internal.publish.PublishQueue.LocalDelivery;
import java.util.ArrayDeque;
import java.util.Collection;

/**
 * The local mode of one channel. It begins when Redis rejects the channel's publications. They then
 * stay in the publish queue, and are also delivered to this instance's own clients, once each.
 * Guarded by the lock of the {@link PublishQueue}.
 *
 * <pre>{@code
 *               Redis rejects a batch
 * FOLLOWING ---------------------------------> LOCAL <---------------+
 *     ^                                          |                   |
 *     |                    Redis accepts a batch |                   |
 *     |                                          v                   |
 *     +-------------------------------------- REJOINING -------------+
 *       Redis has everything that was queued      Redis rejects a batch
 *       when local mode ended
 * }</pre>
 *
 * <ul>
 *   <li><b>Following.</b> Clients receive the channel from the log.
 *   <li><b>Local.</b> Clients receive this instance's publications under a local epoch. They get
 *       everything that they lack, in order: first the publications that Redis has but has not
 *       delivered back, then those that it does not have. One attempt per second tests whether
 *       Redis accepts publications again.
 *   <li><b>Rejoining.</b> Redis logs the queued publications. Clients already have them and stay in
 *       the local epoch, so that they do not see a gap for each publication that is skipped.
 * </ul>
 *
 * <p>Clients therefore see exactly two gaps: one on entering and one on leaving local mode.
 */
final class LocalMode {

  private enum State {
    FOLLOWING,
    LOCAL,
    REJOINING
  }

  private static final int MAX_UNCONFIRMED = 4_096;

  /**
   * Publications that Redis has, but this instance has not yet received back. During an outage they
   * precede all that Redis does not have. At most {@value #MAX_UNCONFIRMED}; older ones arrive from
   * the log or are reported as lost.
   */
  private final ArrayDeque<QueuedPublication> unconfirmed = new ArrayDeque<>();

  /** Publications that this instance's clients wait for. */
  private final ArrayDeque<QueuedPublication> undelivered = new ArrayDeque<>();

  private State state = State.FOLLOWING;

  /** The highest sequence that arrived from the log. */
  private long lastConfirmed;

  /** Metrics dropped from {@link #undelivered}; reported with the next publication. */
  private long droppedMetrics;

  /** The sequence that ends {@link State#REJOINING} when it is logged. */
  private long rejoinAt;

  private boolean retryRequested;

  /** Whether the delivery was signalled that {@link #undelivered} is not empty. */
  private boolean signalled;

  /** Returns whether Redis rejected the last batch. */
  boolean isActive() {
    return state == State.LOCAL;
  }

  /** Returns whether the channel follows the log, with nothing left to skip. */
  boolean isFollowing() {
    return state == State.FOLLOWING;
  }

  /** Records a publication that was queued for Redis. */
  void onQueued(QueuedPublication publication) {
    if (isActive()) {
      undelivered.add(publication);
    }
  }

  /** Records that a queued publication was dropped. Clients cannot get the earlier ones either. */
  void onDropped(QueuedPublication publication) {
    while (!undelivered.isEmpty()
        && undelivered.element().publisherSequence() <= publication.publisherSequence()) {
      droppedMetrics += undelivered.remove().count();
    }
  }

  /** Records that Redis has a publication. */
  void onLogged(QueuedPublication publication) {
    if (publication.publisherSequence() <= lastConfirmed) {
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
  void onConfirmed(long publisherSequence) {
    lastConfirmed = Math.max(lastConfirmed, publisherSequence);
    while (!unconfirmed.isEmpty() && unconfirmed.element().publisherSequence() <= lastConfirmed) {
      unconfirmed.remove();
    }
  }

  /**
   * Enters local mode.
   *
   * @param pending the publications that Redis does not have
   */
  void enter(Collection<QueuedPublication> pending) {
    state = State.LOCAL;
    undelivered.addAll(unconfirmed);
    undelivered.addAll(pending);
  }

  /**
   * Records that Redis has accepted a batch.
   *
   * @param loggedUpTo the last sequence of the batch
   * @param queuedUpTo the last sequence that was ever queued
   * @return whether the channel follows the log again
   */
  boolean onBatchLogged(long loggedUpTo, long queuedUpTo) {
    if (isActive()) {
      state = State.REJOINING;
      rejoinAt = queuedUpTo;
      undelivered.clear(); // they arrive from the log now
    }
    boolean rejoined = state == State.REJOINING && loggedUpTo >= rejoinAt;
    if (rejoined) {
      state = State.FOLLOWING;
    }
    return rejoined;
  }

  /** Permits one attempt to log publications in local mode. */
  void requestRetry() {
    retryRequested = true;
  }

  /** Returns whether a batch may be sent; in local mode, this uses up the requested retry. */
  boolean tryStartBatch() {
    boolean permitted = !isActive() || retryRequested;
    if (permitted) {
      retryRequested = false;
    }
    return permitted;
  }

  /** Returns whether the delivery must be signalled; it then counts as signalled. */
  boolean trySignal() {
    boolean first = !signalled;
    signalled = true;
    return first;
  }

  /** Removes the next publication to deliver, with the number of metrics lost before it. */
  LocalDelivery poll() {
    LocalDelivery delivery = new LocalDelivery(droppedMetrics, undelivered.poll());
    droppedMetrics = 0;
    if (delivery.next() == null) {
      signalled = false;
    }
    return delivery;
  }
}
