package io.greenlang.metrics.netty;

import io.greenlang.metrics.feed.Frames;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;

/**
 * A part of a feed's memory on its way to one socket. Gives its reference back when it has left.
 */
final class SharedSlice extends UnpooledDirectByteBuf {

  private final Frames frames;

  SharedSlice(Frames frames, ByteBuffer slice) {
    super(UnpooledByteBufAllocator.DEFAULT, slice, slice.remaining());
    this.frames = frames;
  }

  @Override
  protected void deallocate() {
    super.deallocate();
    frames.release();
  }
}
