package io.greenlang.metrics.netty;

import io.greenlang.metrics.websocket.transport.Admission;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** Factory methods for HTTP responses, which all carry the security headers for browsers. */
final class HttpResponses {

  /** The policy: the page loads nothing from other origins and connects to its own host only. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; connect-src 'self' ws: wss:; frame-ancestors 'self'; base-uri 'none'";

  private HttpResponses() {}

  /** Returns a response with one line of text. */
  static FullHttpResponse text(FullHttpRequest request, HttpResponseStatus status, String text) {
    byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
    return response(request, status, "text/plain; charset=utf-8", body);
  }

  /**
   * Returns the response for requests to the WebSocket path that are not valid WebSocket
   * handshakes.
   */
  static FullHttpResponse upgradeRequired(FullHttpRequest request, String text) {
    FullHttpResponse response = text(request, HttpResponseStatus.UPGRADE_REQUIRED, text);
    response
        .headers()
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
    return response;
  }

  /** Returns the response for a rejected handshake. */
  static FullHttpResponse rejected(FullHttpRequest request, Admission.Rejected rejection) {
    HttpResponseStatus status = HttpResponseStatus.valueOf(rejection.status());
    FullHttpResponse response = text(request, status, status.reasonPhrase());
    if (rejection.retryAfterSeconds() > 0) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, rejection.retryAfterSeconds());
    }
    return response;
  }

  /** Returns the response for a method other than GET and HEAD on a read-only resource. */
  static FullHttpResponse methodNotAllowed(FullHttpRequest request) {
    FullHttpResponse response =
        text(request, HttpResponseStatus.METHOD_NOT_ALLOWED, "Method not allowed");
    response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
    return response;
  }

  /** Returns a response with a JSON body. */
  static FullHttpResponse json(FullHttpRequest request, byte[] body) {
    return response(request, HttpResponseStatus.OK, "application/json", body);
  }

  /** Returns a response with a file, or 304 if the client already has the current version. */
  static FullHttpResponse file(FullHttpRequest request, StaticFiles.File file) {
    FullHttpResponse response;
    if (file.matchesEntityTag(request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH))) {
      response =
          response(request, HttpResponseStatus.NOT_MODIFIED, file.contentType(), new byte[0]);
      response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
    } else {
      response = response(request, HttpResponseStatus.OK, file.contentType(), file.content());
    }
    response.headers().set(HttpHeaderNames.ETAG, file.entityTag());
    return response;
  }

  private static FullHttpResponse response(
      FullHttpRequest request, HttpResponseStatus status, String contentType, byte[] body) {
    boolean head = request.method().equals(HttpMethod.HEAD);
    ByteBuf content = head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, contentType)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    setPolicies(response.headers());
    HttpUtil.setKeepAlive(response, keepsAlive(request, status));
    return response;
  }

  private static void setPolicies(HttpHeaders headers) {
    headers
        .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
        .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
        .set("X-Content-Type-Options", "nosniff")
        .set("Referrer-Policy", "no-referrer");
  }

  /** Returns whether the connection stays open. An error may have left it out of step. */
  private static boolean keepsAlive(FullHttpRequest request, HttpResponseStatus status) {
    return request.decoderResult().isSuccess()
        && HttpUtil.isKeepAlive(request)
        && status.code() < HttpResponseStatus.BAD_REQUEST.code();
  }
}
