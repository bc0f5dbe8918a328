package io.greenlang.metrics.netty;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.greenlang.metrics.websocket.transport.Handshake;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The upgrade of an HTTP connection to a WebSocket. Runs on the connection's I/O thread. */
final class WebSocketUpgrade {

  private static final Logger log = LoggerFactory.getLogger(WebSocketUpgrade.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  private final ChannelHandlerContext ctx;
  private final Admission.Accepted admission;
  private final int maxMessageBytes;
  private final NettyTimeouts timeouts;

  /** Creates the upgrade of an accepted client, which is not yet performed. */
  WebSocketUpgrade(
      ChannelHandlerContext ctx,
      Admission.Accepted admission,
      int maxMessageBytes,
      NettyTimeouts timeouts) {
    this.ctx = ctx;
    this.admission = admission;
    this.maxMessageBytes = maxMessageBytes;
    this.timeouts = timeouts;
  }

  /**
   * Validates a WebSocket handshake.
   *
   * @return the text for the client if the request is not a valid handshake; null if it is
   */
  static @Nullable String validate(FullHttpRequest request) {
    HttpHeaders headers = request.headers();
    if (!asksToUpgrade(request)) {
      return "This is a WebSocket: upgrade";
    }
    if (!headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION).equals(List.of("13"))) {
      return "Sec-WebSocket-Version must be 13";
    }
    boolean hasOneKey = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY).size() == 1;
    return hasOneKey ? null : "Sec-WebSocket-Key must be there once";
  }

  private static boolean asksToUpgrade(FullHttpRequest request) {
    HttpHeaders headers = request.headers();
    return request.method().equals(HttpMethod.GET)
        && headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
  }

  /**
   * Reads the parts of a handshake that the server uses.
   *
   * @throws IllegalArgumentException if the query cannot be decoded
   */
  static Handshake handshake(FullHttpRequest request, @Nullable String address) {
    HttpHeaders headers = request.headers();
    return new Handshake(
        new QueryStringDecoder(request.uri()).parameters().getOrDefault("token", List.of()),
        headers.get(HttpHeaderNames.AUTHORIZATION),
        Handshake.splitLists(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)),
        headers.getAll(HttpHeaderNames.ORIGIN),
        headers.get(HttpHeaderNames.HOST),
        address);
  }

  /** Completes the handshake and opens the session. */
  void perform(FullHttpRequest request) {
    selectSubprotocol(request.headers());
    try {
      newHandshaker()
          .handshake(ctx.channel(), request, EmptyHttpHeaders.INSTANCE, ctx.newPromise())
          .addListener(done -> onHandshakeSent(done.isSuccess()));
    } catch (WebSocketHandshakeException e) {
      log.debug("WebSocket handshake failed: {}", e.getMessage());
      ctx.close();
    }
  }

  /**
   * Removes the subprotocols that are not selected. They may include the client's token, and the
   * handshaker logs those that it does not know.
   */
  private void selectSubprotocol(HttpHeaders headers) {
    headers.remove(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    if (admission.subprotocol() != null) {
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, admission.subprotocol());
    }
  }

  private WebSocketServerHandshaker newHandshaker() {
    WebSocketDecoderConfig decoder =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(maxMessageBytes)
            .allowExtensions(false) // no deflate: a few bytes could inflate to gigabytes
            .closeOnProtocolViolation(
                false) // WebSocketFrameHandler does, so nothing follows the close
            .build();
    return new WebSocketServerHandshaker13("", admission.subprotocol(), decoder);
  }

  private void onHandshakeSent(boolean success) {
    if (success) {
      open();
    } else {
      ctx.close();
    }
  }

  private void open() {
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.remove(HttpRequestHandler.TIMEOUT);
    NettyConnection connection = new NettyConnection(ctx.channel(), timeouts);
    WebSocketFrameHandler frameHandler =
        new WebSocketFrameHandler(connection, maxMessageBytes, timeouts);
    pipeline.replace(ctx.handler(), "websocket", frameHandler);
    try {
      frameHandler.setListener(admission.opener().apply(connection));
    } catch (RuntimeException e) {
      failureLog.error("Failed to open a session", e);
      CloseCode internalError = CloseCode.INTERNAL_ERROR;
      connection.closeWithError(internalError.code(), internalError.reason());
    }
    ctx.channel().config().setAutoRead(true);
  }
}
