package io.greenlang.metrics.netty;

import io.greenlang.metrics.frame.SharedFrames;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;

/**
 * A buffer over a part of a feed's shared memory that is being written to one socket. It releases
 * its reference to the memory once it has been sent.
 */
final class SharedFramesByteBuf extends UnpooledDirectByteBuf {

  private final SharedFrames frames;

  SharedFramesByteBuf(SharedFrames frames, ByteBuffer slice) {
    super(UnpooledByteBufAllocator.DEFAULT, slice, slice.remaining());
    this.frames = frames;
  }

  @Override
  protected void deallocate() {
    super.deallocate();
    frames.release();
  }
}
