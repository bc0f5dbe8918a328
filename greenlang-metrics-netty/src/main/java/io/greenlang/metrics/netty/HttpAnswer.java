package io.greenlang.metrics.netty;

import io.greenlang.metrics.websocket.transport.Admission;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** Answers to plain HTTP requests, each with the headers that keep a browser out of trouble. */
final class HttpAnswer {

  /** The page loads nothing from elsewhere and talks to its own host only. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; connect-src 'self' ws: wss:; frame-ancestors 'self'; base-uri 'none'";

  private HttpAnswer() {}

  /** A line of text. */
  static FullHttpResponse text(FullHttpRequest request, HttpResponseStatus status, String text) {
    byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
    return answer(request, status, "text/plain; charset=utf-8", body);
  }

  /** What a WebSocket's path answers to whoever does not speak this WebSocket. */
  static FullHttpResponse upgradeRequired(FullHttpRequest request, String text) {
    FullHttpResponse response = text(request, HttpResponseStatus.UPGRADE_REQUIRED, text);
    response
        .headers()
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
    return response;
  }

  /** What a client gets that is not let in. */
  static FullHttpResponse refused(FullHttpRequest request, Admission.Refused refused) {
    HttpResponseStatus status = HttpResponseStatus.valueOf(refused.status());
    FullHttpResponse response = text(request, status, status.reasonPhrase());
    if (refused.retryAfterSeconds() > 0) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, refused.retryAfterSeconds());
    }
    return response;
  }

  /** What everything that can only be read answers to whoever wants to write. */
  static FullHttpResponse methodNotAllowed(FullHttpRequest request) {
    FullHttpResponse response =
        text(request, HttpResponseStatus.METHOD_NOT_ALLOWED, "Method not allowed");
    response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
    return response;
  }

  /** JSON. */
  static FullHttpResponse json(FullHttpRequest request, byte[] body) {
    return answer(request, HttpResponseStatus.OK, "application/json", body);
  }

  /** A file, or that it has not changed since the peer got it. */
  static FullHttpResponse file(FullHttpRequest request, DashboardFiles.File file) {
    FullHttpResponse response;
    if (file.isMatchedBy(request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH))) {
      response = answer(request, HttpResponseStatus.NOT_MODIFIED, file.contentType(), new byte[0]);
      response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
    } else {
      response = answer(request, HttpResponseStatus.OK, file.contentType(), file.content());
    }
    response.headers().set(HttpHeaderNames.ETAG, file.entityTag());
    return response;
  }

  private static FullHttpResponse answer(
      FullHttpRequest request, HttpResponseStatus status, String contentType, byte[] body) {
    boolean head = request.method().equals(HttpMethod.HEAD);
    ByteBuf content = head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, contentType)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
        .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
        .set("X-Content-Type-Options", "nosniff")
        .set("Referrer-Policy", "no-referrer");
    boolean keepAlive =
        request.decoderResult().isSuccess()
            && HttpUtil.isKeepAlive(request)
            && status.code() < HttpResponseStatus.BAD_REQUEST.code();
    HttpUtil.setKeepAlive(response, keepAlive);
    return response;
  }
}
