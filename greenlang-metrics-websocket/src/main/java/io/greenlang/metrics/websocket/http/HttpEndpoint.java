package io.greenlang.metrics.websocket.http;

import java.util.Set;

/**
 * A resource that a server answers over HTTP beside its WebSocket, on its own port and in the web
 * applications that it is attached to. The server checks the token and reads the body before it
 * calls {@link #handle}. The properties must not change after the endpoint was added to a server.
 */
public interface HttpEndpoint {

  /** The largest value of {@link #maxBodyBytes}: 16 MiB. */
  int MAX_BODY_BYTES = 16 << 20;

  /**
   * Returns the path, such as {@code /v1/metrics}: letters, digits and {@code . _ ~ - /}. An
   * encoded spelling of it is a different path.
   */
  String path();

  /**
   * Returns whether this endpoint also serves the paths that continue its own with a slash, such as
   * {@code /publish/orders.metrics}. {@link HttpCall#subpath} is the rest of the path. An endpoint
   * of exactly that path takes precedence. Default: false.
   */
  default boolean servesSubpaths() {
    return false;
  }

  /** Returns the methods in capitals. The server answers {@code HEAD} where there is GET. */
  Set<String> methods();

  /**
   * Returns the maximum length of a request's body in bytes. The server rejects longer ones with
   * status 413, and bodies that take longer than ten seconds to arrive. Default: 0.
   */
  default int maxBodyBytes() {
    return 0;
  }

  /**
   * Returns whether only clients with a token that the server's authenticator accepts can call this
   * endpoint. They send it in {@code Authorization: Bearer}. Default: true.
   */
  default boolean requiresToken() {
    return true;
  }

  /**
   * Returns the answer to a request that the server rejects because of its rate, origin or token.
   * The protocol of an endpoint may demand another form of the body. Default: the answer of the
   * server, which is one line of text.
   *
   * <p>Must not block: it may be called on an I/O thread. If it throws or returns null, the client
   * receives the answer of the server, which counts the failure and logs it at most once per
   * minute.
   *
   * @param head the request without its body, from any client
   * @param rejection the answer of the server, whose status and headers should remain
   * @return the answer to send
   */
  default HttpReply rejection(HttpCall head, HttpReply rejection) {
    return rejection;
  }

  /**
   * Answers a request. Called on one of the server's worker threads, by several at once. All
   * endpoints share these few threads, so the method must return within seconds.
   *
   * @param call the request, with its whole body
   * @return the answer
   * @throws Exception on any failure. The client receives status 500 without details; the server
   *     counts the failure and logs it at most once per minute.
   */
  HttpReply handle(HttpCall call) throws Exception;
}
