package io.greenlang.metrics.netty;

import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.websocket.protocol.CloseCode;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What comes in on a WebSocket: messages, put together, and control frames, answered. */
final class WebSocketInbound extends SimpleChannelInboundHandler<WebSocketFrame> {

  private static final Logger log = LoggerFactory.getLogger(WebSocketInbound.class);

  /** How long a message may take from its first fragment to its last. */
  private static final int MESSAGE_SECONDS = 10;

  private static final int NOT_UTF8 = 1007;
  private static final int PROTOCOL_ERROR = 1002;

  private final NettyConnection connection;
  private final MessageAssembler assembler;
  private @Nullable ConnectionListener listener;
  private Encoding encoding = Encoding.JSON;
  private @Nullable ScheduledFuture<?> deadline;

  WebSocketInbound(NettyConnection connection, int maxMessageBytes) {
    this.connection = connection;
    this.assembler = new MessageAssembler(maxMessageBytes);
  }

  /** Begins to tell the listener. */
  void opened(ConnectionListener toTell) {
    this.listener = toTell;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    ConnectionListener to = listener;
    if (to == null) {
      return;
    }
    if (frame instanceof CloseWebSocketFrame close) {
      answerClose(close);
      return;
    }
    if (connection.isClosing()) {
      return; // all that is waited for is the close frame
    }
    to.onActivity();
    if (frame instanceof PingWebSocketFrame) {
      pong(ctx, frame);
    } else if (!(frame instanceof PongWebSocketFrame)) {
      fragment(ctx, frame, to);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (listener != null && connection.isWritable()) {
      listener.onWritable();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    cancelDeadline();
    if (listener != null) {
      listener.onClosed();
      listener = null;
    }
    ctx.fireChannelInactive();
  }

  @Override
  @SuppressWarnings("deprecation") // the handler's own method is not; its interface's is
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException) {
      log.debug("{} broke the protocol: {}", connection.peer(), cause.getMessage());
      return; // the decoder has sent the close frame and closes
    }
    if (cause instanceof IOException) {
      log.debug("{} is gone: {}", connection.peer(), cause.getMessage());
    } else {
      log.error("the connection of {} failed", connection.peer(), cause);
    }
    ctx.close();
  }

  private void fragment(ChannelHandlerContext ctx, WebSocketFrame frame, ConnectionListener to) {
    if (frame instanceof TextWebSocketFrame) {
      encoding = Encoding.JSON;
    } else if (frame instanceof BinaryWebSocketFrame) {
      encoding = Encoding.MESSAGEPACK;
    }
    if (!assembler.add(frame.content())) {
      CloseCode tooBig = CloseCode.MESSAGE_TOO_BIG;
      connection.close(tooBig.code(), tooBig.reason());
      return;
    }
    if (!frame.isFinalFragment()) {
      startDeadline(ctx);
      return;
    }
    cancelDeadline();
    byte[] message = assembler.take();
    if (encoding == Encoding.JSON && !isUtf8(message)) {
      connection.close(NOT_UTF8, "text that is not UTF-8");
      return;
    }
    to.onMessage(encoding, message);
  }

  /** A peer that floods with pings and does not read gets as many pongs as its socket takes. */
  private void pong(ChannelHandlerContext ctx, WebSocketFrame ping) {
    if (connection.isWritable()) {
      ctx.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
    }
  }

  private void answerClose(CloseWebSocketFrame close) {
    // An empty close frame is answered with an empty one (RFC 6455, section 5.5.1).
    int code = close.statusCode();
    ByteBuf answer =
        Unpooled.wrappedBuffer(
            code < 0 ? new byte[] {(byte) 0x88, 0} : NettyConnection.closeFrame(code, ""));
    connection.closeAfter(answer);
  }

  private void startDeadline(ChannelHandlerContext ctx) {
    if (deadline == null) {
      deadline =
          ctx.executor()
              .schedule(
                  () -> connection.close(PROTOCOL_ERROR, "a message took too long"),
                  MESSAGE_SECONDS,
                  TimeUnit.SECONDS);
    }
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  private static boolean isUtf8(byte[] text) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
