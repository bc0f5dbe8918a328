package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.frame.Encoding;
import java.time.Instant;
import java.util.Map;

/**
 * A codec for the messages that are not metrics. It converts them from and to maps of strings,
 * numbers, booleans, lists and maps. Both encodings carry the same maps. Stateless and thread-safe.
 */
public interface MessageCodec {

  /**
   * Decodes a message from a client.
   *
   * @param message at most {@link WireLimits#MAX_MESSAGE_BYTES}
   * @return the content; the keys keep their order
   * @throws MalformedMessageException if the message is not exactly one map, nests deeper than
   *     {@link WireLimits#MAX_DEPTH}, or has a duplicate key
   */
  Map<String, Object> decode(byte[] message) throws MalformedMessageException;

  /** Encodes a message. */
  byte[] encode(Map<String, ?> message);

  /** Returns a time as messages carry it: ISO-8601 in UTC, with milliseconds unless zero. */
  static String formatTime(long epochMillis) {
    // Instant.toString() prints 0, 3, 6 or 9 fractional digits, as many as needed.
    return Instant.ofEpochMilli(epochMillis).toString();
  }

  /** Returns the codec of an encoding. */
  static MessageCodec of(Encoding encoding) {
    return encoding == Encoding.JSON ? JsonCodec.INSTANCE : MessagePackCodec.INSTANCE;
  }
}
