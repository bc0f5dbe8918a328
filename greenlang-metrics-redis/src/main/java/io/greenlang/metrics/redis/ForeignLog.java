package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;

/**
 * The log of external publications, and the lease that decides which instance leads. One thread.
 */
interface ForeignLog extends AutoCloseable {

  /**
   * Returns whether this instance is the leader, which logs at once. Acquires the lease if it is
   * free.
   */
  boolean leads() throws RedisFailure;

  /**
   * Returns the number of the last external publication in a channel's log; 0 if there was none.
   */
  long lastSequence(Channel channel) throws RedisFailure;

  /**
   * Logs a message if its number is the next one.
   *
   * @param sequence the number among the external publications of the channel, across instances
   * @param mark the publisher name of the entry; see {@link ForeignBacklog#MARK}
   * @return false if the last external publication in the log does not have the preceding number
   */
  boolean log(Channel channel, long sequence, String mark, int count, byte[] payload)
      throws RedisFailure;

  /** Releases the lease, if that is possible at once. */
  @Override
  void close();
}
