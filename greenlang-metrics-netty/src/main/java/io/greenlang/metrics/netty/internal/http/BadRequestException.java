package io.greenlang.metrics.netty.internal.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * A request that the server rejects for its form, before it looks at the path. It has no stack
 * trace, because clients can cause it at any rate.
 */
public final class BadRequestException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient HttpResponseStatus status;
  private final String text;

  BadRequestException(HttpResponseStatus status, String text) {
    super(text, null, false, false);
    this.status = status;
    this.text = text;
  }

  /** Creates a rejection with status 400. */
  BadRequestException(String text) {
    this(HttpResponseStatus.BAD_REQUEST, text);
  }

  /** Returns the status of the response. */
  public HttpResponseStatus status() {
    return status;
  }

  /** Returns the text for the client. */
  public String text() {
    return text;
  }
}
