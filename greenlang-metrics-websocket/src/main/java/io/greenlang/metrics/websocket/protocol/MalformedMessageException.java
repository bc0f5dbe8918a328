package io.greenlang.metrics.websocket.protocol;

import io.greenlang.metrics.codec.MalformedDocumentException;
import org.jspecify.annotations.Nullable;

/**
 * A message that cannot be understood. Its text is one of a fixed list and never quotes the client.
 */
public final class MalformedMessageException extends Exception {

  private final transient @Nullable String id;

  /** The document is one that cannot be understood, for the same reason. */
  MalformedMessageException(MalformedDocumentException cause) {
    this(String.valueOf(cause.getMessage()), null);
  }

  MalformedMessageException(String detail) {
    this(detail, null);
  }

  MalformedMessageException(String detail, @Nullable String id) {
    super(detail, null, false, false); // no stack trace: a client can cause as many as it likes
    this.id = id;
  }

  /** The command's id, as far as it was understood. */
  @Nullable String id() {
    return id;
  }
}
