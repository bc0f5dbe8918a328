package io.greenlang.metrics.netty;

import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Upgrades an HTTP connection to a WebSocket. Runs on the connection's I/O thread. */
final class WebSocketUpgrade {

  private static final Logger log = LoggerFactory.getLogger(WebSocketUpgrade.class);

  private WebSocketUpgrade() {}

  /**
   * Validates a WebSocket handshake.
   *
   * @return the text for the client if the request is not a valid handshake; null if it is
   */
  static @Nullable String trouble(FullHttpRequest request) {
    HttpHeaders headers = request.headers();
    boolean isUpgrade =
        request.method().equals(HttpMethod.GET)
            && headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
            && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
    if (!isUpgrade) {
      return "This is a WebSocket: upgrade";
    }
    if (!headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION).equals(List.of("13"))) {
      return "Sec-WebSocket-Version must be 13";
    }
    boolean hasOneKey = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY).size() == 1;
    return hasOneKey ? null : "Sec-WebSocket-Key must be there once";
  }

  /** Completes the handshake and opens the session. */
  static void perform(
      ChannelHandlerContext ctx,
      FullHttpRequest request,
      Admission.Accepted admission,
      int maxMessageBytes,
      NettyTimeouts limits) {
    // The other subprotocols that the client offered may include its token, and the handshaker logs
    // those that it does not know.
    request.headers().remove(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    String subprotocol = admission.subprotocol();
    if (subprotocol != null) {
      request.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, subprotocol);
    }
    WebSocketDecoderConfig decoder =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(maxMessageBytes)
            .allowExtensions(false) // no deflate: a few bytes could inflate to gigabytes
            .closeOnProtocolViolation(
                false) // WebSocketFrameHandler does, so nothing follows the close
            .build();
    WebSocketServerHandshaker handshaker =
        new WebSocketServerHandshaker13("", subprotocol, decoder);
    try {
      handshaker
          .handshake(ctx.channel(), request, EmptyHttpHeaders.INSTANCE, ctx.newPromise())
          .addListener(
              done -> {
                if (done.isSuccess()) {
                  open(ctx, admission, maxMessageBytes, limits);
                } else {
                  ctx.close();
                }
              });
    } catch (WebSocketHandshakeException e) {
      log.debug("WebSocket handshake failed: {}", e.getMessage());
      ctx.close();
    }
  }

  private static void open(
      ChannelHandlerContext ctx,
      Admission.Accepted admission,
      int maxMessageBytes,
      NettyTimeouts limits) {
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.remove(HttpRequestHandler.TIMEOUT);
    NettyConnection connection = new NettyConnection(ctx.channel(), limits);
    WebSocketFrameHandler inbound = new WebSocketFrameHandler(connection, maxMessageBytes, limits);
    pipeline.replace(ctx.handler(), "websocket", inbound);
    try {
      inbound.setListener(admission.opener().apply(connection));
    } catch (RuntimeException e) {
      log.error("Failed to open a session", e);
      CloseCode internalError = CloseCode.INTERNAL_ERROR;
      connection.closeWithError(internalError.code(), internalError.reason());
    }
    ctx.channel().config().setAutoRead(true);
  }
}
