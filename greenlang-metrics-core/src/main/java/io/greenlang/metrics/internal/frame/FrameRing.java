package io.greenlang.metrics.internal.frame;

import io.greenlang.metrics.internal.util.Deques;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The latest frames of a feed, in order: an append-only log that evicts its oldest entries.
 *
 * <p>The ring is a chain of segments. Segments start small and double up to {@value
 * #MAX_SEGMENT_BYTES} bytes, or a quarter of the ring if that is less. So ten thousand quiet feeds
 * stay cheap, and a busy feed is read in long runs.
 *
 * <p>The ring evicts its oldest segment when it exceeds its byte limit, but never the latest two
 * segments. It also evicts a segment that was last written to more than {@value #MAX_AGE_SECONDS}
 * seconds ago. The memory of an evicted segment stays valid while a socket still writes it.
 *
 * <p>If the {@link FeedMemory} is scarce, the ring evicts what exceeds its share, which depends on
 * the weight of its readers. If the share has no room for an entry, the ring discards the entry and
 * all of its segments. Its readers are lapped then, like any slow consumer.
 *
 * <p>An entry contains the frames that one publication added, at least one, which are never split.
 * The readers' methods, {@link #nextEntryIndex} and {@link #locate}, are lock-free and may be
 * called on any thread; all other methods run under the channel lock.
 */
public final class FrameRing {

  /**
   * A position in a ring, with the totals before it.
   *
   * @param entryIndex the index of the next entry
   * @param publicationId the publication id of the entry before it; 0 if there is none
   * @param frames the number of frames before it
   * @param metrics the number of metrics before it
   */
  public record Position(long entryIndex, long publicationId, long frames, long metrics) {}

  static final int MAX_SEGMENT_BYTES = 64 * 1024;

  private static final long MAX_AGE_SECONDS = 30;
  private static final long MAX_AGE_NANOS = MAX_AGE_SECONDS * 1_000_000_000L;

  private final DirectBufferPool pool;
  private final long maxBytes;
  private final int maxSegmentBytes;
  private final Deque<RingSegment> segments;
  private long bytes;
  private long publicationId;
  private long frames;
  private long metrics;
  private int nextCapacity = DirectBufferPool.MIN_CAPACITY;
  private volatile @Nullable RingSegment oldest;

  /** The weight of the readers, which determines the share of the memory. */
  private volatile long weight;

  /** The entries before this index were discarded because the memory was scarce. */
  private long discardedBefore;

  /** The index of the next entry. */
  private volatile long nextEntryIndex;

  /**
   * Creates an empty ring.
   *
   * @param maxBytes the number of bytes above which the ring evicts segments
   */
  public FrameRing(DirectBufferPool pool, long maxBytes) {
    this(pool, maxBytes, new ArrayDeque<>());
  }

  /** Creates an empty ring whose segments are in a deque. */
  FrameRing(DirectBufferPool pool, long maxBytes, Deque<RingSegment> segments) {
    this.segments = segments;
    this.pool = pool;
    this.maxBytes = maxBytes;
    long quarter = Math.max(DirectBufferPool.MIN_CAPACITY, maxBytes / 4);
    this.maxSegmentBytes = (int) Math.min(MAX_SEGMENT_BYTES, Long.highestOneBit(quarter));
  }

  /** Returns the index of the next entry to be appended. */
  public long nextEntryIndex() {
    return nextEntryIndex;
  }

  /** Returns the end of the ring. Called under the channel lock, unlike {@link #nextEntryIndex}. */
  public Position position() {
    return new Position(nextEntryIndex, publicationId, frames, metrics);
  }

  /**
   * Appends an entry. If this fails, nothing has changed; {@link #discard} must follow.
   *
   * @param entryPublicationId the id of the publication that the entry belongs to
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
  public void append(
      FrameBuffer entry, int frameCount, int metricCount, long entryPublicationId, long nowNanos) {
    long frameTotal = frames + frameCount;
    long metricTotal = metrics + metricCount;
    RingSegment last = segments.peekLast();
    if (last != null && last.fits(entry)) {
      last.append(entry, frameTotal, metricTotal, entryPublicationId, nowNanos);
    } else {
      RingSegment added = segment(entry.length());
      if (added == null) {
        discard(frameCount, metricCount, entryPublicationId);
        return;
      }
      add(added, entry, frameTotal, metricTotal, entryPublicationId, nowNanos);
    }
    publicationId = entryPublicationId;
    frames = frameTotal;
    metrics = metricTotal;
    nextEntryIndex = nextEntryIndex + 1;
    evictOldest(nowNanos);
  }

  /**
   * Discards an entry for which there is no memory, and all segments. The readers are lapped then.
   * Allocates nothing.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
  public void discard(int frameCount, int metricCount, long entryPublicationId) {
    publicationId = entryPublicationId;
    frames += frameCount;
    metrics += metricCount;
    discardAll();
    nextEntryIndex = nextEntryIndex + 1;
    discardedBefore = nextEntryIndex;
  }

  /** Links a segment after its first entry was appended; after a failure, returns its memory. */
  private void add(
      RingSegment added,
      FrameBuffer entry,
      long frameTotal,
      long metricTotal,
      long entryPublicationId,
      long nowNanos) {
    RingSegment last = segments.peekLast();
    boolean linked = false;
    try {
      added.append(entry, frameTotal, metricTotal, entryPublicationId, nowNanos);
      Deques.addLast(segments, added);
      linked = true;
    } finally {
      if (!linked) {
        added.frames().release();
      }
    }
    bytes += added.capacity();
    if (last == null) {
      oldest = added;
    } else {
      last.next = added;
    }
  }

  /**
   * Returns the segment that contains an entry, and adds a reference to its frames for the caller.
   *
   * @param entryIndex the index of the entry; must be less than {@link #nextEntryIndex}
   * @param hint a segment at or before the one to find, or null
   * @return the segment; null if the entry was evicted
   */
  @Nullable
  public RingSegment locate(long entryIndex, @Nullable RingSegment hint) {
    RingSegment segment = hint;
    while (true) {
      if (segment == null || !segment.frames().tryRetain()) {
        segment = retainOldest();
        if (segment == null) {
          return null;
        }
      }
      if (entryIndex < segment.firstEntryIndex()) {
        segment.frames().release();
        return null;
      }
      if (entryIndex < segment.firstEntryIndex() + segment.entries()) {
        return segment;
      }
      RingSegment next = segment.next;
      segment.frames().release();
      segment = next;
    }
  }

  /**
   * Returns the oldest segment, with a reference to its frames for the caller; null if the ring was
   * closed or its segments were discarded.
   */
  private @Nullable RingSegment retainOldest() {
    while (true) {
      RingSegment segment = oldest;
      if (segment == null || segment.frames().tryRetain()) {
        return segment;
      }
      // Evicted just now: there is a newer oldest segment.
    }
  }

  /** Returns whether an entry is retained, or is the next one to be appended. */
  public boolean isRetained(long entryIndex) {
    RingSegment first = segments.peekFirst();
    return entryIndex == nextEntryIndex || (first != null && entryIndex >= first.firstEntryIndex());
  }

  /** Returns whether an entry was discarded because the {@link FeedMemory} was scarce. */
  public boolean isDiscarded(long entryIndex) {
    return entryIndex < discardedBefore;
  }

  /**
   * Adds to the weight of the readers, in units of {@link FeedMemory#READER_WEIGHT}. Any thread,
   * but one at a time.
   *
   * @param added negative if a reader leaves
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
  public void addWeight(long added) {
    weight += added;
    pool.memory().addWeight(added);
  }

  /** Releases all segments. The ring must not be used afterwards. */
  public void close() {
    discardAll();
  }

  /** Returns a segment for an entry; null if the memory does not allow one. */
  private @Nullable RingSegment segment(int neededBytes) {
    long limit = pool.memory().limit(weight);
    int wanted = (int) Math.max(neededBytes, Math.min(nextCapacity, limit / 4));
    int capacity = DirectBufferPool.capacity(wanted);
    while (bytes + capacity > limit && !segments.isEmpty()) {
      RingSegment first = segments.getFirst();
      discardedBefore = first.firstEntryIndex() + first.entries();
      evictFirst();
    }
    ByteBuffer buffer = capacity > limit ? null : pool.acquire(capacity);
    if (buffer == null) {
      return null;
    }
    nextCapacity = Math.min(2 * nextCapacity, maxSegmentBytes);
    return segment(buffer);
  }

  private RingSegment segment(ByteBuffer buffer) {
    RingSegment created = null;
    try {
      created = new RingSegment(nextEntryIndex, buffer, pool);
      return created;
    } finally {
      if (created == null) {
        pool.release(buffer);
      }
    }
  }

  private void discardAll() {
    oldest = null;
    segments.forEach(
        segment -> {
          segment.next = null;
          segment.frames().release();
        });
    segments.clear();
    bytes = 0;
    nextCapacity = DirectBufferPool.MIN_CAPACITY;
  }

  private void evictOldest(long nowNanos) {
    while (segments.size() > 2) {
      RingSegment first = segments.getFirst();
      boolean old = nowNanos - first.lastWriteNanos > MAX_AGE_NANOS;
      if (bytes <= maxBytes && !old) {
        return;
      }
      evictFirst();
    }
  }

  private void evictFirst() {
    RingSegment first = segments.removeFirst();
    bytes -= first.capacity();
    oldest = segments.peekFirst();
    first.next = null;
    first.frames().release();
  }
}
