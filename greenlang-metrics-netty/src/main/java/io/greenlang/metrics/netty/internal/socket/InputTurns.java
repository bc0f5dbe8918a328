package io.greenlang.metrics.netty.internal.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A handler that passes on the input of a connection in pieces of {@value #PIECE_BYTES} bytes, one
 * in each turn of the connection. A piece has at most 85 frames of a client; a read has 680 of
 * them, and a TLS record of 16 KiB has 2,700. So 50 clients that send frames of one byte without
 * end do not delay the metrics of the others by more than a few thousand frames.
 *
 * <p>Nothing is read while pieces wait, so they are bounded by one read or one TLS record. Messages
 * of up to {@value #PIECE_BYTES} bytes are not touched. Runs on the connection's I/O thread.
 */
public final class InputTurns extends ChannelInboundHandlerAdapter {

  /** The maximum number of bytes that are passed on at once. */
  static final int PIECE_BYTES = 512;

  private final Queue<ByteBuf> waiting = new ArrayDeque<>(1);

  /** Creates the handler of one connection. */
  public InputTurns() {}

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf input)) {
      ctx.fireChannelRead(message);
    } else if (!waiting.isEmpty()) {
      waiting.add(input);
    } else if (input.readableBytes() <= PIECE_BYTES) {
      ctx.fireChannelRead(input);
    } else {
      waiting.add(input);
      ctx.channel().config().setAutoRead(false);
      passNext(ctx);
      scheduleNext(ctx);
    }
  }

  /** Passes on the next piece; one is left. */
  private void passNext(ChannelHandlerContext ctx) {
    ByteBuf input = waiting.element();
    if (input.readableBytes() > PIECE_BYTES) {
      ctx.fireChannelRead(input.readRetainedSlice(PIECE_BYTES));
    } else {
      waiting.remove();
      ctx.fireChannelRead(input);
    }
  }

  private void scheduleNext(ChannelHandlerContext ctx) {
    ctx.executor().execute(() -> takeTurn(ctx));
  }

  private void takeTurn(ChannelHandlerContext ctx) {
    if (waiting.isEmpty()) {
      return; // the connection has ended
    }
    passNext(ctx);
    ctx.fireChannelReadComplete();
    if (waiting.isEmpty()) {
      ctx.channel().config().setAutoRead(true);
    } else {
      scheduleNext(ctx);
    }
  }

  /** Passes on the rest, because the client may have sent its last frames before the end. */
  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    while (!waiting.isEmpty()) {
      passNext(ctx);
    }
    ctx.fireChannelInactive();
  }

  /** Releases the rest. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    waiting.forEach(ByteBuf::release);
    waiting.clear();
  }
}
