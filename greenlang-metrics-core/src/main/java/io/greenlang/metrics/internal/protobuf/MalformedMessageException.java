package io.greenlang.metrics.internal.protobuf;

/**
 * A message that breaks the wire format. It has no stack trace, because a peer can cause it at any
 * rate.
 */
public final class MalformedMessageException extends Exception {

  private static final long serialVersionUID = 1;

  /**
   * Creates an exception.
   *
   * @param reason a sentence about the message, without a full stop. It contains no text of the
   *     message
   */
  MalformedMessageException(String reason) {
    super(reason, null, false, false);
  }

  /** Returns the reason. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
