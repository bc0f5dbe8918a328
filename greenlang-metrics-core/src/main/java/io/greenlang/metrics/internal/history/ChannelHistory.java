package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The in-memory history of one channel.
 *
 * <p>It is organized by series, because clients read it by series: a client that resumes a
 * subscription to one host of ten thousand reads the samples of that host and no others. Samples
 * are compressed as they are published (see {@link SampleChunk}), and windows as they close (see
 * {@link WindowChunk}). Nothing is ever recomputed from scratch. Each {@link TierStore} is bounded
 * by time and by memory.
 *
 * <p>Methods that change the history run under the channel's lock. Readers take no lock: chunks are
 * append-only and chunk lists are copy-on-write. A reader first takes a {@linkplain #select
 * snapshot} and only <em>then</em> calls {@link #retainedAfterPublication} or {@link
 * #retainedFromMillis} to learn what the snapshot contains.
 */
public final class ChannelHistory {

  /**
   * The idle time after which the chunks of a series are sealed, so that they can be evicted when
   * they expire.
   */
  private static final long IDLE_MILLIS = 10 * 60_000;

  private static final long SWEEP_MILLIS = 60_000;

  /** The maximum number of chunks that are evicted, and of series that are swept, by one call. */
  static final int SLICE = 64;

  /** The memory of a series without samples, including its entries in all lists and maps. */
  private static final int SERIES_BYTES = 500;

  private final ConcurrentMap<SeriesKey, SeriesHistory> series = new ConcurrentHashMap<>();
  private final Map<RetentionTier, TierStore> tiers = new EnumMap<>(RetentionTier.class);
  private final MemoryBudget budget;
  private long nextId;
  private long sweptMillis;

  /** The series that the current sweep has yet to visit. */
  private Iterator<SeriesHistory> unswept = Collections.emptyIterator();

  /**
   * Creates an empty history.
   *
   * @param retention how long, and in how much memory, to retain entries
   * @param budget the memory budget shared by all channels
   */
  public ChannelHistory(Retention retention, MemoryBudget budget) {
    this.budget = budget;
    for (RetentionTier tier : RetentionTier.values()) {
      long maxBytes = tier.bytesOf(retention.bytesPerChannel());
      tiers.put(tier, new TierStore(retention.duration(tier).toMillis(), maxBytes, budget));
    }
  }

  /** Returns the history of a series, which is created on first use. */
  public SeriesHistory series(SeriesKey key) {
    SeriesHistory existing = series.get(key);
    if (existing == null) {
      existing = new SeriesHistory(nextId++, key);
      series.put(key, existing);
      budget.addUsed(SERIES_BYTES);
    }
    return existing;
  }

  /**
   * Adds a sample.
   *
   * @param target the series
   * @param publicationId the id of its publication; never less than that of the preceding sample
   * @param index the position of the sample within its publication
   * @param timeMillis the timestamp of the sample, in epoch milliseconds
   * @param foldMillis the time that determines the sample's window, in epoch milliseconds
   * @param value the value
   * @param detail the data beside the value; null for nothing
   */
  public void add(
      SeriesHistory target,
      long publicationId,
      int index,
      long timeMillis,
      long foldMillis,
      double value,
      @Nullable SampleDetail detail) {
    TierStore tier = tier(RetentionTier.RAW);
    tier.evictForNext(target.samples);
    if (tier.isFull()) {
      tier.onEntryDiscarded(foldMillis + 1, publicationId);
      return;
    }
    restoreIfRemoved(target);
    SampleChunk chunk = target.samples.growing();
    int oldBytes = chunk == null ? 0 : chunk.bytes();
    if (chunk == null) {
      chunk = target.addSampleChunk(budget.readerCache(), foldMillis);
    }
    try {
      chunk.append(publicationId, index, timeMillis, foldMillis, value, detail);
    } finally {
      tier.addBytes(chunk.bytes() - oldBytes); // a chunk may grow before it fails to append
    }
    tier.onEntryAdded();
    if (tier.shouldSeal(chunk)) {
      tier.seal(target.samples, chunk);
    }
  }

  /**
   * Adds a closed window.
   *
   * @param target the series
   * @param retentionTier the tier, which must hold windows of that length
   * @param startMillis the start of the window, in epoch milliseconds
   * @param packed the aggregate of the window, from {@link Aggregate#pack}
   * @param publicationId the id of the channel's latest publication
   */
  public void add(
      SeriesHistory target,
      RetentionTier retentionTier,
      long startMillis,
      byte[] packed,
      long publicationId) {
    TierStore tier = tier(retentionTier);
    long windowMillis = Objects.requireNonNull(retentionTier.interval()).millis();
    tier.evictForNext(target.windows(retentionTier));
    if (tier.isFull()) {
      tier.onEntryDiscarded(startMillis + windowMillis, publicationId);
      return;
    }
    restoreIfRemoved(target);
    ChunkList<WindowChunk> windows = target.windows(retentionTier);
    WindowChunk chunk = windows.growing();
    int oldBytes = chunk == null ? 0 : chunk.bytes();
    if (chunk == null) {
      chunk = new WindowChunk(windowMillis);
      windows.add(chunk);
    }
    try {
      chunk.append(startMillis, packed, publicationId);
    } finally {
      tier.addBytes(chunk.bytes() - oldBytes);
    }
    tier.onEntryAdded();
    if (tier.shouldSeal(chunk)) {
      tier.seal(windows, chunk);
    }
  }

  /**
   * Marks the start of the history in a tier, if this instance joined after the channel was
   * created.
   *
   * @param fromMillis the time at which the retained data begins, in epoch milliseconds
   * @param afterPublicationId the publication after which the retained data begins; 0 for windows
   */
  public void markStart(RetentionTier tier, long fromMillis, long afterPublicationId) {
    tier(tier).markStart(fromMillis, afterPublicationId);
  }

  /**
   * Evicts expired entries, and removes idle series once per minute. A call processes a bounded
   * slice, because publishers wait for it.
   *
   * @param nowMillis the current time, in epoch milliseconds
   * @return false if something is left to do
   */
  public boolean evictExpired(long nowMillis) {
    for (TierStore tier : tiers.values()) {
      if (!tier.evictExpired(nowMillis, SLICE)) {
        return false;
      }
    }
    return sweep(nowMillis);
  }

  /**
   * Continues the sweep for idle series, or begins it if it is due. Series that are added meanwhile
   * are not idle.
   */
  private boolean sweep(long nowMillis) {
    if (!unswept.hasNext()) {
      if (Math.abs(nowMillis - sweptMillis) < SWEEP_MILLIS) {
        return true;
      }
      sweptMillis = nowMillis;
      unswept = series.values().iterator();
    }
    for (int i = 0; i < SLICE && unswept.hasNext(); i++) {
      sweep(unswept.next(), nowMillis);
    }
    return !unswept.hasNext();
  }

  /**
   * Records that all windows of a tier are added that end at or before a time. Before the first
   * call, readers take every window for complete.
   *
   * @param untilMillis in epoch milliseconds
   */
  public void markClosed(RetentionTier tier, long untilMillis) {
    tier(tier).markClosed(untilMillis);
  }

  /**
   * Returns for each tier the time up to which all of its windows are added, for all series. A
   * window that ends later may be there for some of the series. Call this before {@link #select}.
   * Any thread.
   */
  Map<RetentionTier, Long> closedUntilMillis() {
    Map<RetentionTier, Long> closed = new EnumMap<>(RetentionTier.class);
    tiers.forEach((tier, store) -> closed.put(tier, store.closedUntilMillis()));
    return closed;
  }

  /**
   * Returns snapshots of the selected series, oldest series first. Any thread.
   *
   * @param filter selects series
   */
  public List<SeriesSnapshot> select(Predicate<SeriesKey> filter) {
    List<SeriesSnapshot> selected = new ArrayList<>();
    for (SeriesHistory each : series.values()) {
      if (filter.test(each.key())) {
        selected.add(each.snapshot());
      }
    }
    selected.sort(Comparator.comparingLong(SeriesSnapshot::id));
    return selected;
  }

  /**
   * Begins a new chunk with the next sample of a series, so that a snapshot contains no later ones.
   *
   * @return the publication of the last sample; {@link Long#MIN_VALUE} if there is none
   */
  public long sealSamples(SeriesHistory target) {
    SampleChunk growing = target.samples.growing();
    if (growing != null && growing.count() > 0) {
      tier(RetentionTier.RAW).seal(target.samples, growing);
    }
    List<SampleChunk> chunks = target.samples.snapshot();
    int last = chunks.size() - 1;
    while (last >= 0 && chunks.get(last).count() == 0) {
      last--; // its first sample failed
    }
    return last < 0 ? Long.MIN_VALUE : chunks.get(last).lastPublicationId();
  }

  /** Returns the publication after which every sample is retained. Any thread. */
  public long retainedAfterPublication() {
    return tier(RetentionTier.RAW).retainedAfterPublication();
  }

  /**
   * Returns the time from which every entry of a tier is retained, in epoch milliseconds; {@link
   * Long#MIN_VALUE} if nothing was ever evicted. Any thread.
   */
  public long retainedFromMillis(RetentionTier tier) {
    return tier(tier).retainedFromMillis();
  }

  /** Returns the number of retained samples and windows. */
  public long entries() {
    return tiers.values().stream().mapToLong(TierStore::entries).sum();
  }

  /**
   * Returns the number of samples and windows that were discarded, because they expired or memory
   * ran out.
   */
  public long evicted() {
    return tiers.values().stream().mapToLong(TierStore::evicted).sum();
  }

  private TierStore tier(RetentionTier tier) {
    return Objects.requireNonNull(tiers.get(tier));
  }

  private void sweep(SeriesHistory each, long nowMillis) {
    for (RetentionTier tier : RetentionTier.values()) {
      ChunkList<? extends Chunk> list =
          tier == RetentionTier.RAW ? each.samples : each.windows(tier);
      Chunk growing = list.growing();
      long idleMillis = Math.max(IDLE_MILLIS, 2 * windowMillis(tier));
      // A chunk that ends far in the future was written while the clock was wrong.
      if (growing != null && Math.abs(growing.endMillis() - nowMillis) > idleMillis) {
        tier(tier).seal(list, growing);
      }
    }
    if (each.isEmpty()) {
      each.removed = true;
      series.remove(each.key());
      budget.addUsed(-SERIES_BYTES);
    }
  }

  private static long windowMillis(RetentionTier tier) {
    Interval interval = tier.interval();
    return interval == null ? 0 : interval.millis();
  }

  /** Registers a series again if it was removed because it had become empty. */
  private void restoreIfRemoved(SeriesHistory candidate) {
    if (candidate.removed) {
      candidate.removed = false;
      series.put(candidate.key(), candidate);
      budget.addUsed(SERIES_BYTES);
    }
  }
}
