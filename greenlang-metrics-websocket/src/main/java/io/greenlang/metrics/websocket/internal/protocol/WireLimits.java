package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.codec.DocumentLimits;

/** The limits on a client's message, which keep its cost proportional to its size. */
public final class WireLimits {

  /** The maximum size of a message in bytes, across all of its fragments. */
  public static final int MAX_MESSAGE_BYTES = 64 * 1024;

  /** The maximum nesting of maps and lists. */
  public static final int MAX_DEPTH = 16;

  /** The maximum length of a number in JSON, in characters; the longest double needs 26. */
  private static final int MAX_NUMBER_LENGTH = 64;

  /** The limits of both codecs. */
  static final DocumentLimits DOCUMENT =
      new DocumentLimits(MAX_MESSAGE_BYTES, MAX_DEPTH, MAX_NUMBER_LENGTH);

  /** The maximum length of a command's {@code id}, in characters. */
  static final int MAX_ID_LENGTH = 64;

  /** The maximum number of channels in a command. */
  static final int MAX_CHANNELS = 128;

  /** The maximum number of name patterns in a subscription. */
  static final int MAX_NAMES = 128;

  /** The maximum length of an epoch, in characters. */
  static final int MAX_EPOCH_LENGTH = 128;

  private WireLimits() {}
}
