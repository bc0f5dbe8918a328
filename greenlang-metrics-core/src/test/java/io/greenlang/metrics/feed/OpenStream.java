package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.broker.ChannelLog;
import java.util.Objects;

/** Opens a channel as a broker with an empty log would. */
final class OpenStream {

  private OpenStream() {}

  static ChannelStream of(ChannelStreams streams, Channel channel) {
    return of(streams, channel, ChannelLog.empty("e"));
  }

  static ChannelStream of(ChannelStreams streams, Channel channel, ChannelLog log) {
    streams.open(channel, log);
    return Objects.requireNonNull(streams.find(channel));
  }
}
