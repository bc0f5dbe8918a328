package io.greenlang.metrics.websocket.internal.sse;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.internal.protocol.MessageCodec;
import io.greenlang.metrics.websocket.transport.CloseCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An error before a stream: an HTTP status, and a body that has the form of the WebSocket's error
 * messages. docs/reference/sse.md lists them.
 *
 * @param status the HTTP status
 * @param code the code, for programs
 * @param message the description, for people
 */
public record StreamError(int status, String code, String message) {

  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHENTICATED = 401;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final int SERVICE_UNAVAILABLE = 503;

  /** The range of {@code Retry-After}, so that rejected clients do not all return at once. */
  private static final int RETRY_WITHIN_SECONDS = 10;

  /** The error for a client without a valid token. */
  public static final StreamError UNAUTHORIZED =
      new StreamError(UNAUTHENTICATED, "UNAUTHORIZED", "Invalid authentication token");

  /** The error for a page of an origin that is not allowed. */
  public static final StreamError FORBIDDEN_ORIGIN =
      new StreamError(403, "FORBIDDEN_ORIGIN", "The origin of this page is not allowed");

  /** The error for a client that the application disconnected. */
  static final StreamError DISCONNECTED =
      new StreamError(403, "DISCONNECTED", "The application disconnected this client");

  /** The error for a method other than GET and OPTIONS. */
  public static final StreamError METHOD_NOT_ALLOWED =
      new StreamError(405, "METHOD_NOT_ALLOWED", "A stream is read with GET");

  /** The error for a query that is not valid percent-encoding. */
  public static final StreamError UNDECODABLE_QUERY =
      new StreamError(BAD_REQUEST, "MALFORMED", "The query cannot be decoded");

  /** The error for two headers that contradict each other. */
  public static final StreamError REPEATED_AUTHORIZATION =
      new StreamError(BAD_REQUEST, "MALFORMED", "Authorization must not be repeated");

  /** The error for a server that cannot serve the client now. */
  public static final StreamError UNAVAILABLE =
      new StreamError(SERVICE_UNAVAILABLE, "UNAVAILABLE", "The server cannot serve this now");

  /** The error for a client above a limit. */
  public static final StreamError RATE_LIMITED =
      new StreamError(TOO_MANY_REQUESTS, "RATE_LIMITED", "Rate limit exceeded");

  /** The error for a failure of the server. */
  public static final StreamError INTERNAL_ERROR =
      new StreamError(SERVER_ERROR, "INTERNAL_ERROR", "Internal error");

  /** Returns the error for a subscription that is invalid. */
  static StreamError badSubscription(String detail) {
    return new StreamError(BAD_REQUEST, "BAD_SUBSCRIPTION", "Subscription error: " + detail);
  }

  /** Returns the error for a client that does not accept events. */
  static StreamError notAcceptable(String detail) {
    return new StreamError(406, "NOT_ACCEPTABLE", "Subscription error: " + detail);
  }

  /** Returns the error for a handshake that was rejected with a status. */
  public static StreamError ofStatus(int status) {
    return switch (status) {
      case BAD_REQUEST -> REPEATED_AUTHORIZATION;
      case UNAUTHENTICATED -> UNAUTHORIZED;
      case 403 -> FORBIDDEN_ORIGIN;
      case TOO_MANY_REQUESTS -> RATE_LIMITED;
      case SERVICE_UNAVAILABLE -> UNAVAILABLE;
      default -> INTERNAL_ERROR;
    };
  }

  /** Returns the error for a session that ended before its stream began. */
  static StreamError ofCloseCode(int code) {
    if (code == CloseCode.UNAUTHORIZED.code()) {
      return UNAUTHORIZED;
    }
    if (code == CloseCode.DISCONNECTED.code()) {
      return DISCONNECTED;
    }
    if (code == CloseCode.RATE_LIMITED.code()) {
      return RATE_LIMITED;
    }
    return code == CloseCode.INTERNAL_ERROR.code() ? INTERNAL_ERROR : UNAVAILABLE;
  }

  /** Returns the response for an error message of the session. */
  static HttpReply ofMessage(Map<String, Object> message) {
    int status =
        switch (String.valueOf(message.get("code"))) {
          case "UNAUTHORIZED", "TOKEN_EXPIRED" -> UNAUTHENTICATED;
          case "UNKNOWN_CHANNEL" -> NOT_FOUND;
          case "RATE_LIMITED", "TOO_MANY_VIEWS" -> TOO_MANY_REQUESTS;
          default -> BAD_REQUEST;
        };
    HttpReply reply = reply(status, message);
    boolean isTemporary = "RATE_LIMITED".equals(message.get("code"));
    Object seconds = message.getOrDefault("retry_after", isTemporary ? retrySeconds() : 0);
    return seconds.equals(0) ? reply : reply.withHeader("Retry-After", seconds.toString());
  }

  /** Returns the response, with {@code Retry-After} if the client may repeat the request. */
  public HttpReply toReply() {
    boolean isTemporary = status == SERVICE_UNAVAILABLE || status == TOO_MANY_REQUESTS;
    return isTemporary ? toReply(retrySeconds()) : bare();
  }

  /** Returns the response with a value of {@code Retry-After}; 0 omits the header. */
  public HttpReply toReply(int retryAfterSeconds) {
    return retryAfterSeconds == 0
        ? bare()
        : bare().withHeader("Retry-After", String.valueOf(retryAfterSeconds));
  }

  private HttpReply bare() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "error");
    body.put("message", message);
    body.put("code", code);
    return reply(status, body);
  }

  private static HttpReply reply(int status, Map<String, Object> body) {
    byte[] json = MessageCodec.of(Encoding.JSON).encode(body);
    HttpReply reply = HttpReply.of(status, "application/json", json);
    return status == UNAUTHENTICATED
        ? reply.withHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"")
        : reply;
  }

  private static int retrySeconds() {
    return 1 + ThreadLocalRandom.current().nextInt(RETRY_WITHIN_SECONDS);
  }
}
