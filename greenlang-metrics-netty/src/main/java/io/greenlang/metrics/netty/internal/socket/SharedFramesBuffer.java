package io.greenlang.metrics.netty.internal.socket;

import io.greenlang.metrics.frame.SharedFrames;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;

/**
 * A buffer over a part of a feed's shared memory that is being written to one socket. It owns a
 * reference to the memory, and releases it once the part has been sent.
 */
public final class SharedFramesBuffer extends UnpooledDirectByteBuf {

  private final SharedFrames frames;

  /** Creates a buffer over a slice, which takes over the caller's reference to the frames. */
  public SharedFramesBuffer(SharedFrames frames, ByteBuffer slice) {
    super(UnpooledByteBufAllocator.DEFAULT, slice, slice.remaining());
    this.frames = frames;
  }

  @Override
  protected void deallocate() {
    super.deallocate();
    frames.release();
  }
}
