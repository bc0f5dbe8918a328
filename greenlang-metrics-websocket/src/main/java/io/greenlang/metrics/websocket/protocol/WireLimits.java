package io.greenlang.metrics.websocket.protocol;

import io.greenlang.metrics.codec.DocumentLimits;
import java.time.Instant;

/** What bounds a message from a client, so that none can cost more than its bytes. */
public final class WireLimits {

  /** The longest message, over all its fragments, in bytes. */
  public static final int MAX_MESSAGE_BYTES = 64 * 1024;

  /** How deep maps and lists may nest. */
  public static final int MAX_DEPTH = 16;

  /** The longest number in JSON text, in characters; the longest double needs 26. */
  private static final int MAX_NUMBER_LENGTH = 64;

  /** What the codecs read within. */
  static final DocumentLimits DOCUMENT =
      new DocumentLimits(MAX_MESSAGE_BYTES, MAX_DEPTH, MAX_NUMBER_LENGTH);

  /** The longest {@code id} of a command, in characters. */
  static final int MAX_ID_LENGTH = 64;

  /** How many channels one command may name. */
  static final int MAX_CHANNELS = 128;

  /** How many name patterns a subscription may have. */
  static final int MAX_NAMES = 128;

  /** The longest text of a time, in characters. */
  static final int MAX_TIME_LENGTH = 40;

  /** The longest name of a numbering, in characters. */
  static final int MAX_EPOCH_LENGTH = 128;

  /** The first instant that a four-digit year can show. */
  static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

  /** The last instant that a four-digit year can show. */
  static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private WireLimits() {}
}
