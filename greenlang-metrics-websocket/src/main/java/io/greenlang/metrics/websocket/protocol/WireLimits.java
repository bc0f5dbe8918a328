package io.greenlang.metrics.websocket.protocol;

/** What bounds a message from a client, so that none can cost more than its bytes. */
public final class WireLimits {

  /** The longest message, over all its fragments, in bytes. */
  public static final int MAX_MESSAGE_BYTES = 64 * 1024;

  /** How deep maps and lists may nest. */
  public static final int MAX_DEPTH = 16;

  /** The longest number in JSON text, in characters; the longest double needs 26. */
  static final int MAX_NUMBER_LENGTH = 64;

  /** The longest {@code id} of a command, in characters. */
  static final int MAX_ID_LENGTH = 64;

  /** How many channels one command may name. */
  static final int MAX_CHANNELS = 128;

  /** How many name patterns a subscription may have. */
  static final int MAX_NAMES = 128;

  private WireLimits() {}
}
