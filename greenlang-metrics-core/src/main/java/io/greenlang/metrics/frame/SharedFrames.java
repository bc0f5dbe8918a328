package io.greenlang.metrics.frame;

import io.greenlang.metrics.internal.frame.DirectBufferPool;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Complete WebSocket frames, headers and payloads, stored consecutively in one buffer, with a
 * reference count.
 *
 * <p>All readers of a feed share its memory, which afterwards returns to a pool; therefore
 * references are counted. A receiver of frames owns one reference and must {@link #release()} it
 * once the bytes have been sent. May be used on any thread.
 */
public final class SharedFrames {

  private final ByteBuffer bytes;
  private final @Nullable DirectBufferPool pool;
  private final AtomicInteger references = new AtomicInteger(1);

  public SharedFrames(ByteBuffer bytes, @Nullable DirectBufferPool pool) {
    this.bytes = bytes;
    this.pool = pool;
  }

  /**
   * Creates frames for a single receiver from a copy of the buffer. The caller owns the only
   * reference.
   */
  public static SharedFrames copyOf(FrameBuffer frames) {
    return new SharedFrames(ByteBuffer.wrap(frames.toByteArray()), null);
  }

  /**
   * Returns the memory. It is shared: use absolute access or a {@code duplicate()}, never its
   * position, and never write to it. Valid while a reference is held.
   */
  public ByteBuffer bytes() {
    return bytes;
  }

  /** Adds a reference; the caller must already own one. */
  public void retain() {
    if (!tryRetain()) {
      throw new IllegalStateException("the frames have already been released");
    }
  }

  /** Adds a reference unless all references have been released; returns whether it was added. */
  public boolean tryRetain() {
    int count;
    do {
      count = references.get();
      if (count == 0) {
        return false;
      }
    } while (!references.compareAndSet(count, count + 1));
    return true;
  }

  /** Releases a reference; the last release returns the memory to the pool. */
  public void release() {
    int remaining = references.decrementAndGet();
    if (remaining < 0) {
      throw new IllegalStateException("the frames have already been released");
    }
    if (remaining == 0 && pool != null) {
      pool.release(bytes);
    }
  }
}
