package io.greenlang.metrics.netty;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A handler that closes an HTTP connection if the next whole request, or sending its response,
 * takes too long. A read timeout would not suffice: a peer that sends a byte every few seconds
 * would reset it forever.
 */
final class RequestTimeoutHandler extends ChannelDuplexHandler {

  private static final Logger log = LoggerFactory.getLogger(RequestTimeoutHandler.class);

  private final long timeoutMillis;
  private @Nullable ScheduledFuture<?> timeoutTask;

  RequestTimeoutHandler(NettyTimeouts timeouts) {
    this.timeoutMillis = timeouts.requestTimeout().toMillis();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    restart(ctx);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    cancel();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    cancel();
    ctx.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof FullHttpRequest) {
      restart(ctx);
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof LastHttpContent) {
      promise = promise.unvoid();
      promise.addListener(
          sent -> {
            if (timeoutTask != null) {
              restart(ctx);
            }
          });
    }
    ctx.write(message, promise);
  }

  private void restart(ChannelHandlerContext ctx) {
    cancel();
    timeoutTask =
        ctx.executor()
            .schedule(
                () -> {
                  log.debug("HTTP request timed out; closing the connection");
                  ctx.close();
                },
                timeoutMillis,
                TimeUnit.MILLISECONDS);
  }

  private void cancel() {
    if (timeoutTask != null) {
      timeoutTask.cancel(false);
      timeoutTask = null;
    }
  }
}
