package io.greenlang.metrics.netty.internal.sse;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A handler that notifies a stream's listener. A client of events has nothing to send. Bytes that
 * arrive are discarded, and too many of them end the connection.
 */
public final class EventStreamHandler extends SimpleChannelInboundHandler<ByteBuf> {

  private static final Logger log = LoggerFactory.getLogger(EventStreamHandler.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  /** The bytes that a client may send, such as the requests that it pipelined. */
  private static final int MAX_INPUT_BYTES = 64 * 1024;

  private final NettyEventStream stream;
  private @Nullable ConnectionListener listener;
  private int inputBytes;

  /** Creates a handler without a listener. */
  public EventStreamHandler(NettyEventStream stream) {
    this.stream = stream;
  }

  /** Sets the listener, which is notified from now on. */
  public void setListener(ConnectionListener connectionListener) {
    this.listener = connectionListener;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf received) {
    inputBytes += received.readableBytes();
    if (inputBytes > MAX_INPUT_BYTES) {
      log.debug("{} sent data on a stream of events; closing the connection", stream.peer());
      ctx.close();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (listener != null && stream.isWritable()) {
      listener.onWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (listener != null) {
      listener.onClosed();
      listener = null;
    }
  }

  @Override
  @SuppressWarnings(
      "deprecation") // deprecated in ChannelHandler, but not in ChannelInboundHandlerAdapter
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable origin =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    if (origin instanceof IOException) {
      log.debug("Lost the connection to {}: {}", stream.peer(), origin.getMessage());
    } else {
      failureLog.error("Stream of {} failed", stream.peer(), cause);
    }
    ctx.close();
  }
}
