package io.greenlang.metrics.websocket.protocol;

/**
 * A message that cannot be understood. Its text is one of a fixed list and never quotes the client.
 */
public final class MalformedMessageException extends Exception {

  MalformedMessageException(String detail) {
    super(detail, null, false, false); // no stack trace: a client can cause as many as it likes
  }
}
