package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.codec.MalformedDocumentException;
import org.jspecify.annotations.Nullable;

/**
 * A message that cannot be parsed. The exception's message comes from a fixed list and never quotes
 * the client.
 */
public final class MalformedMessageException extends Exception {

  private final transient @Nullable String id;

  /** Creates an exception for a document that cannot be parsed, with the same reason. */
  MalformedMessageException(MalformedDocumentException cause) {
    this(String.valueOf(cause.getMessage()), null);
  }

  MalformedMessageException(String detail) {
    this(detail, null);
  }

  MalformedMessageException(String detail, @Nullable String id) {
    super(detail, null, false, false); // no stack trace: clients can cause any number of these
    this.id = id;
  }

  /** Returns the command's id, if it could be parsed. */
  @Nullable String id() {
    return id;
  }
}
