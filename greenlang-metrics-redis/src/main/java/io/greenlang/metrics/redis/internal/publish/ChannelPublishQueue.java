package io.greenlang.metrics.redis.internal.publish;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The publications of this instance on one channel that wait for Redis. The channel and its keys
 * are constant; all other state is guarded by the lock of the {@link PublishQueue}.
 */
public final class ChannelPublishQueue {

  /**
   * A publication of this instance that waits for Redis.
   *
   * @param publisherSequence its number among this instance's publications on its channel, from 1
   * @param count the number of its metrics
   * @param payload the encoded metrics
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  public record QueuedPublication(long publisherSequence, int count, byte[] payload) {

    /** Returns its approximate size in memory. */
    long bytes() {
      return payload.length + 64L;
    }
  }

  /** Publications that are logged in one step. They stay in their queue until then. */
  record Batch(ChannelPublishQueue queue, List<QueuedPublication> publications) {

    long lastPublisherSequence() {
      return publications.get(publications.size() - 1).publisherSequence();
    }
  }

  private static final int BATCH_PUBLICATIONS = 512;
  private static final long BATCH_BYTES = 512 << 10;

  private final Channel channel;
  private final byte[] logKey;
  private final byte[] metaKey;
  private final byte[] sequenceKey;
  private final byte[] busTopic;

  /** Publications that Redis is not known to have. */
  private final ArrayDeque<QueuedPublication> pending = new ArrayDeque<>();

  private final LocalMode localMode = new LocalMode();
  private long lastPublisherSequence;

  ChannelPublishQueue(Channel channel, String instanceId) {
    this.channel = channel;
    this.logKey = Keys.log(channel);
    this.metaKey = Keys.meta(channel);
    this.sequenceKey = Keys.publisherSequence(channel, instanceId);
    this.busTopic = Keys.bytes(Keys.busTopic(channel));
  }

  /** Returns the channel. */
  public Channel channel() {
    return channel;
  }

  /** Returns the key of the channel's log. */
  public byte[] logKey() {
    return logKey;
  }

  /** Returns the keys that the log script takes, in its order. */
  List<byte[]> scriptKeys() {
    return List.of(logKey, metaKey, sequenceKey, busTopic);
  }

  LocalMode localMode() {
    return localMode;
  }

  int size() {
    return pending.size();
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  /** Adds a publication under the next sequence. */
  QueuedPublication add(int count, byte[] payload) {
    QueuedPublication publication = new QueuedPublication(++lastPublisherSequence, count, payload);
    pending.add(publication);
    localMode.onQueued(publication);
    return publication;
  }

  /** Drops the oldest publication; returns null if there is none. */
  @Nullable QueuedPublication dropOldest() {
    QueuedPublication oldest = pending.poll();
    if (oldest != null) {
      localMode.onDropped(oldest);
    }
    return oldest;
  }

  /** Returns the next batch: the oldest publications, up to the limits. */
  Batch nextBatch() {
    List<QueuedPublication> publications = new ArrayList<>();
    long bytes = 0;
    for (QueuedPublication publication : pending) {
      publications.add(publication);
      bytes += publication.bytes();
      if (publications.size() == BATCH_PUBLICATIONS || bytes >= BATCH_BYTES) {
        break;
      }
    }
    return new Batch(this, publications);
  }

  /**
   * Removes the oldest publication if Redis has accepted it.
   *
   * @param loggedUpTo the highest sequence that Redis has accepted
   */
  @Nullable QueuedPublication pollLogged(long loggedUpTo) {
    QueuedPublication oldest = pending.peek();
    if (oldest == null || oldest.publisherSequence() > loggedUpTo) {
      return null;
    }
    pending.remove();
    localMode.onLogged(oldest);
    return oldest;
  }

  /**
   * Records that Redis has accepted a batch.
   *
   * @return whether the channel has rejoined the log
   */
  boolean onBatchLogged(long loggedUpTo) {
    return localMode.onBatchLogged(loggedUpTo, lastPublisherSequence);
  }

  /**
   * Records that Redis has rejected a batch.
   *
   * @return whether the channel has entered local mode
   */
  boolean onBatchRejected() {
    if (localMode.isActive() || pending.isEmpty()) { // an earlier attempt may have logged it
      return false;
    }
    localMode.enter(pending);
    return true;
  }
}
