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
 * Cuts an HTTP connection whose next whole request, or whose answer, takes too long. A time-out for
 * reading would not do: a byte every few seconds keeps that from ever running out.
 */
final class RequestDeadline extends ChannelDuplexHandler {

  private static final Logger log = LoggerFactory.getLogger(RequestDeadline.class);

  private final long limitMillis;
  private @Nullable ScheduledFuture<?> deadline;

  RequestDeadline(NettyLimits limits) {
    this.limitMillis = limits.request().toMillis();
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
            if (deadline != null) {
              restart(ctx);
            }
          });
    }
    ctx.write(message, promise);
  }

  private void restart(ChannelHandlerContext ctx) {
    cancel();
    deadline =
        ctx.executor()
            .schedule(
                () -> {
                  log.debug("an HTTP connection took too long");
                  ctx.close();
                },
                limitMillis,
                TimeUnit.MILLISECONDS);
  }

  private void cancel() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }
}
