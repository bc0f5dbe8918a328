package io.greenlang.metrics.netty.internal.io;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

/**
 * A handler that gives the connections of an io_uring thread turns: one read each, then all tasks.
 * Netty would submit the next read while it handles the previous one, and look for its result up to
 * 128 times before it runs a task. Clients that never stop sending would delay the metrics of all
 * others by seconds. Here the next read is a task, so it also needs no system call of its own. Runs
 * on the connection's I/O thread.
 */
public final class ReadTurns extends ChannelOutboundHandlerAdapter {

  private boolean queued;

  private ReadTurns() {}

  /** Adds a handler to the start of a channel's pipeline if its thread uses io_uring. */
  public static void addTo(Channel channel) {
    if (channel instanceof IoUringSocketChannel || channel instanceof IoUringServerSocketChannel) {
      channel.pipeline().addFirst(new ReadTurns());
    }
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (!ctx.channel().config().isAutoRead()) {
      ctx.read(); // requested by a handler, not by the previous read
    } else if (!queued) {
      queued = true;
      ctx.executor().execute(() -> readNow(ctx));
    }
  }

  private void readNow(ChannelHandlerContext ctx) {
    queued = false;
    // A handler may have stopped reading in the meantime.
    if (ctx.channel().isActive() && ctx.channel().config().isAutoRead()) {
      ctx.read();
    }
  }
}
