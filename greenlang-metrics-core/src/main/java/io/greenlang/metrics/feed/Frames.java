package io.greenlang.metrics.feed;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Whole WebSocket frames, header and payload, one after the other in one piece of memory.
 *
 * <p>The memory of a feed is shared by everyone who reads the feed and goes back to a pool
 * afterwards, so references to it are counted. Whoever is handed frames owns one reference and
 * gives it back with {@link #release()} when the bytes have left. Any thread.
 */
public final class Frames {

  private final ByteBuffer bytes;
  private final @Nullable MemoryPool home;
  private final AtomicInteger references = new AtomicInteger(1);

  Frames(ByteBuffer bytes, @Nullable MemoryPool home) {
    this.bytes = bytes;
    this.home = home;
  }

  /** Frames for one receiver only. The caller owns the one reference. */
  public static Frames of(FrameBuffer frames) {
    return new Frames(ByteBuffer.wrap(frames.toByteArray()), null);
  }

  /**
   * The memory. Shared: use absolute access or a {@code duplicate()}, never its position, and never
   * write. Valid while a reference is held.
   */
  public ByteBuffer bytes() {
    return bytes;
  }

  /** Adds a reference to one that the caller owns. */
  public void retain() {
    if (!tryRetain()) {
      throw new IllegalStateException("these frames were released already");
    }
  }

  /** Adds a reference unless the last one is gone. */
  boolean tryRetain() {
    int count;
    do {
      count = references.get();
      if (count == 0) {
        return false;
      }
    } while (!references.compareAndSet(count, count + 1));
    return true;
  }

  /** Gives a reference back; with the last one the memory is reused. */
  public void release() {
    int left = references.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("these frames were released already");
    }
    if (left == 0 && home != null) {
      home.give(bytes);
    }
  }
}
