package io.greenlang.metrics.netty;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A handler for inbound WebSocket frames: it assembles messages and answers control frames. */
final class WebSocketFrameHandler extends SimpleChannelInboundHandler<WebSocketFrame> {

  private static final Logger log = LoggerFactory.getLogger(WebSocketFrameHandler.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  private static final int NOT_UTF8 = 1007;
  private static final int PROTOCOL_ERROR = 1002;
  private static final int MAX_CLOSE_CODE = 4999;

  private final NettyConnection connection;
  private final FragmentAggregator fragments;
  private final Utf8Validator text = new Utf8Validator();
  private final NettyTimeouts timeouts;
  private @Nullable ConnectionListener listener;
  private Encoding encoding = Encoding.JSON;
  private @Nullable ScheduledFuture<?> messageTimeout;

  WebSocketFrameHandler(NettyConnection connection, int maxMessageBytes, NettyTimeouts timeouts) {
    this.connection = connection;
    this.timeouts = timeouts;
    this.fragments = new FragmentAggregator(maxMessageBytes);
  }

  /** Sets the listener, which is notified from now on. */
  void setListener(ConnectionListener connectionListener) {
    this.listener = connectionListener;
  }

  /**
   * Drops everything that is not a WebSocket frame. HTTP data that arrived before the upgrade would
   * otherwise travel down the pipeline, where its text would be logged.
   */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (acceptInboundMessage(message)) {
      super.channelRead(ctx, message);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    ConnectionListener currentListener = listener;
    if (currentListener == null) {
      return;
    }
    if (frame instanceof CloseWebSocketFrame close) {
      onCloseFrame(close.statusCode());
      return;
    }
    if (connection.isClosing()) {
      return; // only the close frame is still relevant
    }
    currentListener.onActivity();
    if (frame instanceof PingWebSocketFrame) {
      connection.sendPong(frame.content());
    } else if (!(frame instanceof PongWebSocketFrame)) {
      onFragment(ctx, frame, currentListener);
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
    cancelMessageTimeout();
    if (listener != null) {
      listener.onClosed();
      listener = null;
    }
    ctx.fireChannelInactive();
  }

  @Override
  @SuppressWarnings(
      "deprecation") // deprecated in ChannelHandler, but not in ChannelInboundHandlerAdapter
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable origin =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    if (origin instanceof CorruptedWebSocketFrameException corrupted) {
      log.debug(
          "{} violated the WebSocket protocol: {}", connection.peer(), corrupted.getMessage());
      WebSocketCloseStatus status = corrupted.closeStatus();
      connection.closeWithError(status.code(), status.reasonText());
    } else if (origin instanceof IOException) {
      log.debug("Lost the connection to {}: {}", connection.peer(), origin.getMessage());
      ctx.close();
    } else {
      failureLog.error("Connection of {} failed", connection.peer(), cause);
      closeWithError(CloseCode.INTERNAL_ERROR);
    }
  }

  private void onFragment(
      ChannelHandlerContext ctx, WebSocketFrame frame, ConnectionListener currentListener) {
    if (frame instanceof TextWebSocketFrame) {
      encoding = Encoding.JSON;
    } else if (frame instanceof BinaryWebSocketFrame) {
      encoding = Encoding.MESSAGEPACK;
    }
    if (!isValidText(frame)) {
      connection.closeWithError(NOT_UTF8, "text that is not UTF-8");
    } else if (!fragments.add(frame.content())) {
      closeWithError(CloseCode.MESSAGE_TOO_BIG);
    } else if (frame.isFinalFragment()) {
      cancelMessageTimeout();
      currentListener.onMessage(encoding, fragments.poll());
    } else {
      startMessageTimeout(ctx);
    }
  }

  private void closeWithError(CloseCode code) {
    connection.closeWithError(code.code(), code.reason());
  }

  private void onCloseFrame(int code) {
    if (code > MAX_CLOSE_CODE) {
      connection.closeWithError(
          PROTOCOL_ERROR, "a close code that is none"); // the decoder accepts it
    } else {
      connection.onPeerClose(code);
    }
  }

  private void startMessageTimeout(ChannelHandlerContext ctx) {
    if (messageTimeout == null) {
      messageTimeout =
          ctx.executor()
              .schedule(
                  () -> connection.closeWithError(PROTOCOL_ERROR, "a message took too long"),
                  timeouts.messageTimeout().toMillis(),
                  TimeUnit.MILLISECONDS);
    }
  }

  private void cancelMessageTimeout() {
    if (messageTimeout != null) {
      messageTimeout.cancel(false);
      messageTimeout = null;
    }
  }

  /** Returns whether the message is still valid with this fragment; binary messages always are. */
  private boolean isValidText(WebSocketFrame frame) {
    return encoding != Encoding.JSON
        || (text.accepts(frame.content()) && (!frame.isFinalFragment() || text.finish()));
  }
}
