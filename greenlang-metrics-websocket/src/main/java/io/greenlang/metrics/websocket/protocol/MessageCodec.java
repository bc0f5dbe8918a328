package io.greenlang.metrics.websocket.protocol;

import io.greenlang.metrics.feed.Encoding;
import java.util.Map;

/**
 * Reads and writes the messages that are not metrics, as maps of text, numbers, booleans, lists and
 * maps. Both encodings carry the same maps. Stateless; any thread.
 */
public interface MessageCodec {

  /**
   * Reads a message from a client.
   *
   * @param message at most {@link WireLimits#MAX_MESSAGE_BYTES}
   * @return what it says; the keys are in the order in which they came
   * @throws MalformedMessageException if it is not exactly one map, nests deeper than {@link
   *     WireLimits#MAX_DEPTH}, or has a key twice
   */
  Map<String, Object> decode(byte[] message) throws MalformedMessageException;

  /** Writes a message. */
  byte[] encode(Map<String, ?> message);

  /** The codec of an encoding. */
  static MessageCodec of(Encoding encoding) {
    return encoding == Encoding.JSON ? JsonCodec.INSTANCE : MessagePackCodec.INSTANCE;
  }
}
