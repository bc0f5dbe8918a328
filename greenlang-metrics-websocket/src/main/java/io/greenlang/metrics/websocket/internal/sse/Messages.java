package io.greenlang.metrics.websocket.internal.sse;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.websocket.internal.protocol.MalformedMessageException;
import io.greenlang.metrics.websocket.internal.protocol.MessageCodec;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A reader of the few messages of the server that a stream must understand. */
final class Messages {

  private Messages() {}

  /** Decodes a message that this server has encoded. */
  static Map<String, Object> decode(byte[] message) {
    try {
      return MessageCodec.of(Encoding.JSON).decode(message);
    } catch (MalformedMessageException e) {
      throw new IllegalStateException("the server has encoded a malformed message", e);
    }
  }

  /** Returns the position in a message, or null if it has none. */
  static @Nullable ChannelPosition position(Map<?, ?> message) {
    return message.get("epoch") instanceof String epoch
            && message.get("offset") instanceof Number offset
        ? new ChannelPosition(epoch, offset.longValue())
        : null;
  }

  /**
   * Returns the positions in the answer to a subscription, by channel.
   *
   * @param resumed the requested positions; they take the place of those that were recovered,
   *     because they also count the messages of an incomplete publication
   */
  static Map<String, ChannelPosition> positions(
      Map<String, Object> subscribed, Map<String, ChannelPosition> resumed) {
    Map<String, ChannelPosition> positions = new LinkedHashMap<>();
    if (subscribed.get("positions") instanceof Map<?, ?> answer) {
      answer.forEach(
          (name, value) -> {
            String channel = (String) name;
            ChannelPosition start = position((Map<?, ?>) value);
            boolean recovered = Boolean.TRUE.equals(((Map<?, ?>) value).get("recovered"));
            ChannelPosition requested = resumed.get(channel);
            if (start != null) {
              positions.put(channel, recovered && requested != null ? requested : start);
            }
          });
    }
    return positions;
  }

  /**
   * Returns a message that is not a {@code ServerMessage} of the WebSocket: the end of a stream.
   */
  static byte[] close(int code, String reason) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("type", "close");
    message.put("code", code);
    message.put("reason", reason);
    return MessageCodec.of(Encoding.JSON).encode(message);
  }
}
