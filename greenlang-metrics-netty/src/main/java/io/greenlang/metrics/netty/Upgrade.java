package io.greenlang.metrics.netty;

import io.greenlang.metrics.websocket.transport.Admission;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns an HTTP connection into a WebSocket. On the connection's I/O thread. */
final class Upgrade {

  private static final Logger log = LoggerFactory.getLogger(Upgrade.class);

  private Upgrade() {}

  static void perform(
      ChannelHandlerContext ctx,
      FullHttpRequest request,
      Admission.Opened admission,
      int maxMessageBytes) {
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
            .closeOnProtocolViolation(true)
            .build();
    WebSocketServerHandshaker handshaker =
        new WebSocketServerHandshakerFactory("", subprotocol, decoder).newHandshaker(request);
    if (handshaker == null) {
      WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(ctx.channel());
      return;
    }
    try {
      handshaker
          .handshake(ctx.channel(), request, EmptyHttpHeaders.INSTANCE, ctx.newPromise())
          .addListener(
              done -> {
                if (done.isSuccess()) {
                  open(ctx, admission, maxMessageBytes);
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
      ChannelHandlerContext ctx, Admission.Opened admission, int maxMessageBytes) {
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.remove(HttpRouter.TIMEOUT);
    NettyConnection connection = new NettyConnection(ctx.channel());
    WebSocketInbound inbound = new WebSocketInbound(connection, maxMessageBytes);
    pipeline.replace(ctx.handler(), "websocket", inbound);
    inbound.opened(admission.opener().apply(connection));
    ctx.channel().config().setAutoRead(true);
    pipeline.remove(HttpRouter.FLOW);
  }
}
