package io.greenlang.metrics.redis;

/**
 * A publication of this instance on its way.
 *
 * @param sequence its number among this instance's publications on its channel, from 1
 * @param count how many metrics it has
 * @param payload the metrics, packed
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Outgoing(long sequence, int count, byte[] payload) {

  /** What it takes, about. */
  long bytes() {
    return payload.length + 64L;
  }
}
