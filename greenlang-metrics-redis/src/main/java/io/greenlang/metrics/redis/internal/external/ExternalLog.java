package io.greenlang.metrics.redis.internal.external;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.connection.RedisException;

/**
 * The log of external publications, and the lease that decides which instance leads. One thread.
 */
interface ExternalLog extends AutoCloseable {

  /**
   * Returns whether this instance is the leader, which logs without waiting for another instance.
   * Acquires the lease if it is free.
   */
  boolean acquireLease() throws RedisException;

  /**
   * Returns the publisher sequence of the last external publication in a channel's log; 0 if there
   * was none.
   */
  long lastPublisherSequence(Channel channel) throws RedisException;

  /**
   * Logs a message if its number is the next one.
   *
   * @param publisherSequence the number among the external publications of the channel, across
   *     instances
   * @param mark the publisher name of the entry; see {@link ExternalBacklog#markOf}
   * @return false if the last external publication in the log does not have the preceding number
   */
  boolean append(Channel channel, long publisherSequence, String mark, int count, byte[] payload)
      throws RedisException;

  /** Releases the lease, if that is possible at once. */
  @Override
  void close();
}
