package io.greenlang.metrics.websocket.internal.sse;

import io.greenlang.metrics.websocket.transport.EventParts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code id} of an event. Consecutive events are mostly of one channel, so it keeps the text of
 * the other channels and writes only the offset. Confined to the I/O thread.
 */
final class IdLine {

  private static final byte[] AMBIGUOUS = {'s'};
  private static final byte[] PART = {'p'};

  private final List<StreamChannel> channels;
  private @Nullable StreamChannel current;
  private byte[] before = new byte[0];
  private byte[] after = new byte[0];

  IdLine(List<StreamChannel> channels) {
    this.channels = channels;
  }

  /** Forgets the kept text, because an epoch has changed. */
  void clear() {
    current = null;
  }

  /** Returns the maximum number of bytes of the line of this channel's events. */
  int length(StreamChannel channel) {
    prepare(channel);
    return before.length + after.length + 32;
  }

  /** Writes the line of an event after which this channel's position is the current one. */
  void write(StreamChannel channel, EventParts parts) {
    prepare(channel);
    ChannelPosition position = channel.position();
    parts.text(before);
    parts.number(position.offset());
    if (position.received() > 0) {
      parts.text(position.ambiguous() ? AMBIGUOUS : PART);
      parts.number(position.received());
    }
    parts.text(after);
  }

  private void prepare(StreamChannel channel) {
    if (channel == current) {
      return;
    }
    current = channel;
    int index = channels.indexOf(channel);
    List<StreamChannel> earlier = channels.subList(0, index);
    List<StreamChannel> later = channels.subList(index + 1, channels.size());
    ChannelPosition previous = index == 0 ? null : channels.get(index - 1).position();
    before = ascii("id: " + joined(earlier, null, "", "~") + PositionToken.prefix(channel));
    after =
        ascii(
            PositionToken.epoch(channel.position(), previous)
                + joined(later, channel.position(), "~", "")
                + '\n');
  }

  private static String joined(
      List<StreamChannel> entries, @Nullable ChannelPosition previous, String start, String end) {
    return entries.isEmpty() ? "" : start + PositionToken.encode(entries, previous) + end;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
