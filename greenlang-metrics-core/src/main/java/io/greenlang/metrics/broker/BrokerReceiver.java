package io.greenlang.metrics.broker;

import io.greenlang.metrics.Channel;

/**
 * What a broker delivers to. It is called by one thread at a time within a channel. But for {@link
 * #open} it does not block, and does not throw.
 */
public interface BrokerReceiver {

  /**
   * A channel's log was found. Called once for each channel, before anything else of it. The
   * receiver reads of the log what it wants before it returns; what is delivered afterwards goes on
   * behind what can be read.
   *
   * @throws IllegalArgumentException if the receiver has no room for one more channel
   */
  void open(Channel channel, ChannelLog log);

  /**
   * The next publication of a channel: the next number of the same epoch, unless an {@linkplain
   * #interrupt interruption} was told.
   */
  void accept(Publication publication);

  /** Publications of a channel are lost to this instance, or may be. Others go on behind them. */
  void interrupt(Interruption interruption);
}
