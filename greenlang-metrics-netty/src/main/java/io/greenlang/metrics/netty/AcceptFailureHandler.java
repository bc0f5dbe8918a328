package io.greenlang.metrics.netty;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.netty.internal.io.ReadTurns;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * A handler of the listening socket that deals with failures to accept a connection. The usual one
 * is that the process has no more file descriptors. The handler closes the oldest connections that
 * are not WebSockets yet, which releases theirs, and accepts again after a short pause. Without a
 * pause, the I/O thread would fail again at once, forever. Runs on the socket's I/O thread.
 */
final class AcceptFailureHandler extends ChannelInboundHandlerAdapter {

  private static final ThrottledLog log =
      new ThrottledLog(LoggerFactory.getLogger(AcceptFailureHandler.class));

  private static final int PAUSE_MILLIS = 50;

  private final PendingConnections pending;

  AcceptFailureHandler(PendingConnections pending) {
    this.pending = pending;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ReadTurns.addTo(ctx.channel());
  }

  @Override
  @SuppressWarnings(
      "deprecation") // deprecated in ChannelHandler, but not in ChannelInboundHandlerAdapter
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    int closed = pending.closeOldestQuarter();
    log.warn(
        "Failed to accept a connection ({}); closed the {} oldest that are not WebSockets yet;"
            + " retrying in {} ms",
        cause.toString(),
        closed,
        PAUSE_MILLIS);
    if (ctx.channel().config().isAutoRead()) {
      ctx.channel().config().setAutoRead(false);
      ctx.executor()
          .schedule(
              () -> ctx.channel().config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
