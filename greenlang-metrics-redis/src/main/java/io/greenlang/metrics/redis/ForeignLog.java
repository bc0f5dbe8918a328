package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;

/** Where messages of other programs are logged, and who does that. One thread. */
interface ForeignLog extends AutoCloseable {

  /** Whether this instance is the one that logs at once. Takes the lead if nobody has it. */
  boolean leads() throws RedisFailure;

  /** The number of the last foreign publication in a channel's log; 0 if there was none. */
  long lastSequence(Channel channel) throws RedisFailure;

  /**
   * Logs a message if the number is the next one.
   *
   * @param sequence counts the foreign publications of the channel, whoever logs them
   * @param mark what the entry's node is, see {@link ForeignBacklog#MARK}
   * @return false if the log's last foreign publication has not the number before
   */
  boolean log(Channel channel, long sequence, String mark, int count, byte[] payload)
      throws RedisFailure;

  /** Gives up the lead, if it can be done at once. */
  @Override
  void close();
}
