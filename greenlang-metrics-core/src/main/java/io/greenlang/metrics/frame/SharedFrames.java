package io.greenlang.metrics.frame;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Complete WebSocket frames, headers and payloads, stored consecutively in one buffer, with a
 * reference count.
 *
 * <p>All readers of a feed share its memory, which is recycled afterwards; therefore references are
 * counted. A receiver of frames owns one reference and must {@link #release()} it once the bytes
 * have been sent. May be used on any thread.
 */
public final class SharedFrames {

  private final ByteBuffer bytes;
  private final @Nullable Consumer<ByteBuffer> recycler;
  private final AtomicInteger references = new AtomicInteger(1);

  /**
   * Creates frames with one reference, which the caller owns.
   *
   * @param recycler receives the memory after the last release, on any thread; null to leave the
   *     memory to the garbage collector
   */
  public SharedFrames(ByteBuffer bytes, @Nullable Consumer<ByteBuffer> recycler) {
    this.bytes = bytes;
    this.recycler = recycler;
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

  /** Releases a reference; the last release recycles the memory. */
  public void release() {
    int remaining = references.decrementAndGet();
    if (remaining < 0) {
      throw new IllegalStateException("the frames have already been released");
    }
    if (remaining == 0 && recycler != null) {
      recycler.accept(bytes);
    }
  }
}
