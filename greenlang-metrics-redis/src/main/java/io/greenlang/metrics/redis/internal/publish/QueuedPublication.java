package io.greenlang.metrics.redis.internal.publish;

/**
 * A publication of this instance that waits for Redis.
 *
 * @param sequence its number among this instance's publications on its channel, from 1
 * @param count the number of its metrics
 * @param payload the encoded metrics
 */
@SuppressWarnings("ArrayRecordComponent")
public // passed on, never compared
record QueuedPublication(long sequence, int count, byte[] payload) {

  /** Returns its approximate size in memory. */
  long bytes() {
    return payload.length + 64L;
  }
}
