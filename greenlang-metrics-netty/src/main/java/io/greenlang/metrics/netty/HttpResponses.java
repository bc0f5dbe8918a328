package io.greenlang.metrics.netty;

import io.greenlang.metrics.netty.internal.http.RequestHead;
import io.greenlang.metrics.netty.internal.http.RequestHead.ResponseMode;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.StaticFile;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
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

  /**
   * Returns the response to a request for a path that is not below the base path. The base path
   * itself is redirected to the dashboard, by a relative address, which a proxy's prefix remains
   * in.
   */
  static FullHttpResponse outside(RequestHead request, String basePath) {
    if (!request.target().path().equals(basePath)) {
      return text(
          request.responseMode(),
          HttpResponseStatus.NOT_FOUND,
          "Not found: the paths of this server begin with " + basePath + "/");
    }
    FullHttpResponse response =
        text(request.responseMode(), HttpResponseStatus.PERMANENT_REDIRECT, "Moved");
    String folder = basePath.substring(basePath.lastIndexOf('/') + 1) + "/";
    response.headers().set(HttpHeaderNames.LOCATION, folder);
    return response;
  }

  /** Returns the response after a failure of the server, without details. */
  static FullHttpResponse internalError(ResponseMode mode) {
    return text(mode, HttpResponseStatus.INTERNAL_SERVER_ERROR, "Internal error");
  }

  /** Returns the response to a request without TLS on a port that requires it. */
  static FullHttpResponse tlsRequired() {
    return text(
        ResponseMode.CLOSE,
        HttpResponseStatus.BAD_REQUEST,
        "This port requires TLS; use https:// or wss://");
  }

  /** Returns a response with one line of text. */
  static FullHttpResponse text(ResponseMode mode, HttpResponseStatus status, String text) {
    ByteBuf body = Unpooled.wrappedBuffer((text + "\n").getBytes(StandardCharsets.UTF_8));
    return response(mode, status, "text/plain; charset=utf-8", body);
  }

  /**
   * Returns the response for requests to the WebSocket path that do not ask for a WebSocket of
   * version 13.
   */
  static FullHttpResponse upgradeRequired(ResponseMode mode, String text) {
    FullHttpResponse response = text(mode, HttpResponseStatus.UPGRADE_REQUIRED, text);
    response
        .headers()
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .add(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
    return response;
  }

  /** Returns the response for a rejected handshake. */
  static FullHttpResponse rejected(ResponseMode mode, Admission.Rejected rejection) {
    HttpResponseStatus status = HttpResponseStatus.valueOf(rejection.status());
    FullHttpResponse response = text(mode, status, status.reasonPhrase());
    if (rejection.retryAfterSeconds() > 0) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, rejection.retryAfterSeconds());
    }
    if (status.equals(HttpResponseStatus.UNAUTHORIZED)) {
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
    }
    return response;
  }

  /** Returns the response for a method other than GET and HEAD on a read-only resource. */
  static FullHttpResponse methodNotAllowed(ResponseMode mode) {
    FullHttpResponse response =
        text(mode, HttpResponseStatus.METHOD_NOT_ALLOWED, "Method not allowed");
    response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
    return response;
  }

  /** Returns the response for a request whose query is not valid percent-encoding. */
  static FullHttpResponse undecodableQuery(ResponseMode mode) {
    return text(mode, HttpResponseStatus.BAD_REQUEST, "The query cannot be decoded");
  }

  /** Returns a response with a JSON body. */
  static FullHttpResponse json(ResponseMode mode, byte[] body) {
    return response(mode, HttpResponseStatus.OK, "application/json", Unpooled.wrappedBuffer(body));
  }

  /**
   * Returns a response with a file, compressed if the client accepts that, or 304 if the client
   * already has the current version.
   */
  static FullHttpResponse file(RequestHead request, StaticFile file) {
    StaticFile.Representation selected =
        file.select(request.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING));
    FullHttpResponse response = representation(request, file.contentType(), selected);
    response.headers().set(HttpHeaderNames.ETAG, selected.entityTag());
    if (file.varies()) {
      response.headers().set(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
    }
    return response;
  }

  private static FullHttpResponse representation(
      RequestHead request, String contentType, StaticFile.Representation selected) {
    ResponseMode mode = request.responseMode();
    FullHttpResponse response;
    if (selected.matchesEntityTag(request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH))) {
      response =
          response(mode, HttpResponseStatus.NOT_MODIFIED, contentType, Unpooled.EMPTY_BUFFER);
      response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
    } else {
      ByteBuf content = Unpooled.wrappedBuffer(selected.content().duplicate());
      response = response(mode, HttpResponseStatus.OK, contentType, content);
      if (selected.contentEncoding() != null) {
        response.headers().set(HttpHeaderNames.CONTENT_ENCODING, selected.contentEncoding());
      }
    }
    return response;
  }

  /**
   * Returns the answer of an HTTP endpoint.
   *
   * @param mode whether the connection stays open, even after an error
   */
  static FullHttpResponse reply(ResponseMode mode, HttpReply reply) {
    FullHttpResponse response =
        response(
            mode,
            HttpResponseStatus.valueOf(reply.status()),
            "",
            Unpooled.wrappedBuffer(reply.body()));
    response.headers().remove(HttpHeaderNames.CONTENT_TYPE);
    reply.headers().forEach((name, value) -> response.headers().set(name, value));
    HttpUtil.setKeepAlive(response, mode.keepAlive());
    return response;
  }

  /** Returns the interim response that asks the client for the body (RFC 9110, section 10.1.1). */
  static FullHttpResponse continueRequest() {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
  }

  private static FullHttpResponse response(
      ResponseMode mode, HttpResponseStatus status, String contentType, ByteBuf body) {
    ByteBuf content = mode.toHead() ? Unpooled.EMPTY_BUFFER : body;
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, contentType)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    setPolicies(response.headers());
    // An error may have left the connection out of step.
    boolean success = status.code() < HttpResponseStatus.BAD_REQUEST.code();
    HttpUtil.setKeepAlive(response, mode.keepAlive() && success);
    return response;
  }

  private static void setPolicies(HttpHeaders headers) {
    headers
        .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
        .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
        .set("X-Content-Type-Options", "nosniff")
        .set("Referrer-Policy", "no-referrer");
  }
}
