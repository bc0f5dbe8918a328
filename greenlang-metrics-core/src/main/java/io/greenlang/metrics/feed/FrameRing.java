package io.greenlang.metrics.feed;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The newest frames of a feed, in order: an append-only log that forgets its beginning.
 *
 * <p>The ring is a chain of segments. Segments begin small and double up to {@value
 * #MAX_SEGMENT_BYTES} bytes (a quarter of the ring at most), so that ten thousand quiet feeds stay
 * cheap and a busy one reads in long runs. It forgets its oldest segment when it has more than the
 * allowed bytes (but never the newest two), or when nothing was written to that segment for {@value
 * #MAX_AGE_SECONDS} seconds. A forgotten segment's memory lives on while a socket still writes it.
 * Where there is no memory for an entry, the ring forgets it, and all it has: its readers are
 * behind then, like any that are late.
 *
 * <p>An entry is what one publication added: one or more frames that are never torn apart. The
 * readers' side, {@link #head} and {@link #locate}, is free of locks and safe on any thread; all
 * else runs under the channel's lock.
 */
final class FrameRing {

  static final int MAX_SEGMENT_BYTES = 64 * 1024;

  private static final long MAX_AGE_SECONDS = 30;
  private static final long MAX_AGE_NANOS = MAX_AGE_SECONDS * 1_000_000_000L;

  private final MemoryPool memory;
  private final long maxBytes;
  private final int maxSegmentBytes;
  private final Deque<RingSegment> segments = new ArrayDeque<>();
  private long bytes;
  private long offset;
  private long frames;
  private long metrics;
  private int nextCapacity = MemoryPool.MIN_CAPACITY;
  private volatile @Nullable RingSegment oldest;

  /** The sequence number that the next entry will have. */
  private volatile long head;

  FrameRing(MemoryPool memory, long maxBytes) {
    this.memory = memory;
    this.maxBytes = maxBytes;
    long quarter = Math.max(MemoryPool.MIN_CAPACITY, maxBytes / 4);
    this.maxSegmentBytes = (int) Math.min(MAX_SEGMENT_BYTES, Long.highestOneBit(quarter));
  }

  long head() {
    return head;
  }

  /** The end. Under the channel's lock, unlike {@link #head}. */
  RingPosition position() {
    return new RingPosition(head, offset, frames, metrics);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
  void append(FrameBuffer entry, int frameCount, int metricCount, long entryOffset, long nowNanos) {
    offset = entryOffset;
    frames += frameCount;
    metrics += metricCount;
    RingSegment newest = segments.peekLast();
    if (newest != null && newest.hasRoomFor(entry)) {
      newest.append(entry, frames, metrics, offset, nowNanos);
    } else {
      RingSegment added = segment(entry.length());
      if (added != null) {
        added.append(entry, frames, metrics, offset, nowNanos);
        link(newest, added);
      } else {
        forgetAll();
      }
    }
    head = head + 1;
    forget(nowNanos);
  }

  private void link(@Nullable RingSegment newest, RingSegment added) {
    segments.addLast(added);
    bytes += added.capacity();
    if (newest == null) {
      oldest = added;
    } else {
      newest.next = added;
    }
  }

  /**
   * Finds the segment that holds entry {@code sequence}, which must be less than {@link #head}, and
   * adds a reference to its frames for the caller.
   *
   * @param hint a segment at or before the one sought, or null
   * @return null if the entry is forgotten
   */
  @Nullable RingSegment locate(long sequence, @Nullable RingSegment hint) {
    RingSegment at = hint;
    while (true) {
      if (at == null || !at.frames.tryRetain()) {
        at = oldest;
        if (at == null) {
          return null; // the ring was closed, or has forgotten all
        }
        if (!at.frames.tryRetain()) {
          continue; // forgotten just now; there is a newer oldest one
        }
      }
      if (sequence < at.firstSequence) {
        at.frames.release();
        return null;
      }
      if (sequence < at.firstSequence + at.entries()) {
        return at;
      }
      RingSegment following = at.next;
      at.frames.release();
      at = following;
    }
  }

  /** Whether entry {@code sequence} is there, or is the one that comes next. */
  boolean has(long sequence) {
    RingSegment first = segments.peekFirst();
    return sequence == head || (first != null && sequence >= first.firstSequence);
  }

  /** Lets go of everything. Nobody may append or locate after that. */
  void close() {
    forgetAll();
  }

  private @Nullable RingSegment segment(int neededBytes) {
    ByteBuffer taken = memory.take(Math.max(nextCapacity, neededBytes));
    if (taken == null) {
      return null;
    }
    nextCapacity = Math.min(2 * nextCapacity, maxSegmentBytes);
    return new RingSegment(head, taken, memory);
  }

  private void forgetAll() {
    oldest = null;
    segments.forEach(
        segment -> {
          segment.next = null;
          segment.frames.release();
        });
    segments.clear();
    bytes = 0;
    nextCapacity = MemoryPool.MIN_CAPACITY;
  }

  private void forget(long nowNanos) {
    while (segments.size() > 2) {
      RingSegment first = segments.getFirst();
      boolean old = nowNanos - first.lastWriteNanos > MAX_AGE_NANOS;
      if (bytes <= maxBytes && !old) {
        return;
      }
      segments.removeFirst();
      bytes -= first.capacity();
      oldest = segments.getFirst();
      first.next = null;
      first.frames.release();
    }
  }
}
