package io.greenlang.metrics.netty;

import io.greenlang.metrics.feed.Frames;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;

/**
 * A buffer over a part of a feed's shared memory that is being written to one socket. It releases
 * its reference to the memory once it has been sent.
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
