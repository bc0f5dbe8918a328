package io.greenlang.metrics.netty.internal.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request whose form is valid.
 *
 * @param method the method, as it was sent
 * @param target the resource that the client requests
 * @param http11 whether the client uses HTTP/1.1, and not 1.0
 * @param headers the headers
 * @param body how the request announces its body
 */
public record RequestHead(
    String method, RequestTarget target, boolean http11, HttpHeaders headers, Body body) {

  /**
   * The announcement of a body (RFC 9112, section 6).
   *
   * @param chunked whether the body is sent in chunks
   * @param length the length otherwise; 0 if there is no body
   */
  public record Body(boolean chunked, int length) {

    /** The announcement of a request without a body. */
    public static final Body NONE = new Body(false, 0);
  }

  /**
   * The parts of a request that its response depends on.
   *
   * @param toHead whether it answers a HEAD request and so has no body
   * @param keepAlive whether the client can send another request on the connection
   */
  public record ResponseMode(boolean toHead, boolean keepAlive) {

    /** The mode for a request that the server could not read. */
    public static final ResponseMode CLOSE = new ResponseMode(false, false);
  }

  /** Returns whether this is a GET request. */
  public boolean isGet() {
    return method.equals(HttpMethod.GET.name());
  }

  /** Returns the parts of this request that its response depends on. */
  public ResponseMode responseMode() {
    boolean keepAlive = http11 && !headers.containsValue(HttpHeaderNames.CONNECTION, "close", true);
    return new ResponseMode(method.equals(HttpMethod.HEAD.name()), keepAlive);
  }

  /**
   * Returns the host that the client connects to; null for HTTP/1.0 without {@code Host}. The host
   * of an absolute target replaces {@code Host} (RFC 9112, section 3.2.2).
   */
  public @Nullable String host() {
    return target.authority() != null ? target.authority() : headers.get(HttpHeaderNames.HOST);
  }
}
