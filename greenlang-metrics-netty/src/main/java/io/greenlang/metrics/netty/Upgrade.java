package io.greenlang.metrics.netty;

import io.greenlang.metrics.websocket.protocol.CloseCode;
import io.greenlang.metrics.websocket.transport.Admission;
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

/** Turns an HTTP connection into a WebSocket. On the connection's I/O thread. */
final class Upgrade {

  private static final Logger log = LoggerFactory.getLogger(Upgrade.class);

  private Upgrade() {}

  /** What keeps a request from being an upgrade to the one WebSocket there is, or null. */
  static @Nullable String trouble(FullHttpRequest request) {
    HttpHeaders headers = request.headers();
    boolean asks =
        request.method().equals(HttpMethod.GET)
            && headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
            && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
    if (!asks) {
      return "This is a WebSocket: upgrade";
    }
    if (!headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION).equals(List.of("13"))) {
      return "Sec-WebSocket-Version must be 13";
    }
    boolean key = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY).size() == 1;
    return key ? null : "Sec-WebSocket-Key must be there once";
  }

  static void perform(
      ChannelHandlerContext ctx,
      FullHttpRequest request,
      Admission.Opened admission,
      int maxMessageBytes,
      NettyLimits limits) {
    // What else the client offered may be its token, and the handshaker logs what it does not know.
    request.headers().remove(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    String subprotocol = admission.subprotocol();
    if (subprotocol != null) {
      request.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, subprotocol);
    }
    WebSocketDecoderConfig decoder =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(maxMessageBytes)
            .allowExtensions(false) // no deflate: a few bytes could become gigabytes
            .closeOnProtocolViolation(false) // WebSocketInbound does, so that nothing follows
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
      log.debug("a handshake is incomplete: {}", e.getMessage());
      ctx.close();
    }
  }

  private static void open(
      ChannelHandlerContext ctx,
      Admission.Opened admission,
      int maxMessageBytes,
      NettyLimits limits) {
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.remove(HttpRouter.TIMEOUT);
    NettyConnection connection = new NettyConnection(ctx.channel(), limits);
    WebSocketInbound inbound = new WebSocketInbound(connection, maxMessageBytes, limits);
    pipeline.replace(ctx.handler(), "websocket", inbound);
    try {
      inbound.opened(admission.opener().apply(connection));
    } catch (RuntimeException e) {
      log.error("a session could not be opened", e);
      CloseCode fault = CloseCode.INTERNAL_ERROR;
      connection.fail(fault.code(), fault.reason());
    }
    ctx.channel().config().setAutoRead(true);
    pipeline.remove(HttpRouter.FLOW);
  }
}
