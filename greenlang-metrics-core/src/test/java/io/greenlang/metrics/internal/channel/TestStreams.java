package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.broker.ChannelLog;
import java.util.Objects;

/** Opens a channel as a broker with an empty log would. */
final class TestStreams {

  private TestStreams() {}

  static ChannelStream open(ChannelRegistry streams, Channel channel) {
    return open(streams, channel, ChannelLog.empty("e"));
  }

  static ChannelStream open(ChannelRegistry streams, Channel channel, ChannelLog log) {
    streams.onChannelOpened(channel, log);
    return Objects.requireNonNull(streams.find(channel));
  }
}
