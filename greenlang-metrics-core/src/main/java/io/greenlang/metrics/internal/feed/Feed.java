package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.internal.frame.ColumnEncoder;
import io.greenlang.metrics.internal.frame.ColumnMemory;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.frame.FrameRing;
import io.greenlang.metrics.internal.frame.FrameWriter;
import io.greenlang.metrics.internal.frame.MetricBatch;
import io.greenlang.metrics.internal.metadata.ViewNames;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.Subscription;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The stream of frames for one distinct subscription in one encoding, shared by all clients with
 * that subscription. It is written under the channel lock; {@link #addListener} and {@link
 * #removeListener} may be called on any thread.
 */
public final class Feed {

  /** A listener that is notified when a feed grows: an I/O loop, once for all of its sessions. */
  @FunctionalInterface
  public interface Listener {

    /**
     * Called after frames were appended to the feed, on the thread that holds the channel lock. The
     * implementation must only signal its own thread, and must not throw.
     */
    void onAppend();
  }

  private final FeedRouter router;
  private final Subscription subscription;
  private final FrameEncoder encoder;
  private final FrameRing ring;
  private final FrameWriter writer;

  /** The buffer in which all feeds of the router build an entry. */
  private final FrameBuffer entry;

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** The indexes, in the current batch, of the metrics that this feed has selected. */
  private int[] selected = new int[16];

  private int selectedCount;

  /** The number of open cursors, and of clients that are opening one. */
  int cursorCount;

  /** Whether all series are matched and the feed has readers; only then does it select metrics. */
  private boolean active;

  private final FeedMatching matching;

  /** Decides which entries are key messages; null if every message is independent. */
  private final @Nullable KeyEntries keyEntries;

  Feed(
      FeedRouter router,
      Subscription subscription,
      FrameEncoder encoder,
      FrameRing ring,
      FrameBuffer entry,
      FrameWriter.Scratch scratch,
      ColumnMemory columnMemory) {
    this.router = router;
    this.subscription = subscription;
    this.encoder = encoder;
    this.ring = ring;
    this.entry = entry;
    ColumnEncoder columns =
        subscription.format() == Format.COLUMNAR
            ? encoder.columns(subscription, columnMemory)
            : null;
    this.keyEntries = columns == null ? null : new KeyEntries(columns);
    this.writer = new FrameWriter(subscription, encoder, scratch, columns);
    this.matching = new FeedMatching(this);
  }

  /**
   * Matches the next of the existing series with this feed. Called without the channel lock, which
   * this method takes for short slices.
   *
   * @param maxSeries the number of series from which the method returns
   * @return the number of series that were compared
   */
  public int match(Lock lock, int maxSeries) {
    return matching.advance(lock, maxSeries);
  }

  /** Returns whether all series are matched, so that readers may follow. Any thread. */
  public boolean isMatched() {
    return matching.isComplete();
  }

  /**
   * Removes this feed, which has lost its last reader, from the series. Called without the channel
   * lock, which this method takes for short slices.
   */
  public void detach(Lock lock) {
    matching.undo(lock);
  }

  /**
   * Returns the names of this feed's series, which are collected from the first call on. Called
   * without the channel lock, which this method takes for short slices, by a reader of the feed.
   */
  public ViewNames names(Lock lock) {
    return matching.names(lock);
  }

  /** Adds this feed to a series that it matches. Called under the channel lock. */
  void addTo(Series series) {
    series.addFeed(this);
    matching.onMatched(series);
  }

  /** Starts the selection of metrics. Called under the channel lock, after all series matched. */
  void activate() {
    active = true;
  }

  /** Returns whether this feed has readers and selects metrics. */
  boolean isActive() {
    return active;
  }

  /** Releases the ring and ends the selection of metrics. Called under the channel lock. */
  void close() {
    active = false;
    ring.close();
    if (keyEntries != null) {
      keyEntries.close();
    }
  }

  /** Returns the router that writes this feed. */
  public FeedRouter router() {
    return router;
  }

  /** Returns the subscription that all readers of this feed share. */
  public Subscription subscription() {
    return subscription;
  }

  /** Returns the encoder of this feed's frames. */
  public FrameEncoder encoder() {
    return encoder;
  }

  /** Returns the frames that readers read without the channel lock. */
  public FrameRing ring() {
    return ring;
  }

  /** Adds a listener that is notified when frames are appended. */
  public void addListener(Listener listener) {
    listeners.add(listener);
  }

  /** Removes a listener. */
  public void removeListener(Listener listener) {
    listeners.remove(listener);
  }

  /** Returns whether the subscription matches a series of this feed's router. */
  public boolean matches(Series series) {
    return subscription.matchesName(series.key().name()) && matchesTags(series);
  }

  private boolean matchesTags(Series series) {
    // Grouped series were filtered by tags before grouping; theirs are no longer those of the
    // filter.
    return subscription.groupBy() != null || subscription.tags().matches(series.key().tags());
  }

  /**
   * Returns {@link #matches} for many series. It evaluates the patterns once for each name, because
   * the series of a channel share few names. Used by one thread.
   */
  public Predicate<Series> matcher() {
    Predicate<String> name = new NameCache(subscription::matchesName);
    return series -> name.test(series.key().name()) && matchesTags(series);
  }

  /**
   * Returns a tag key that every matching series must have with one of a few values. Matching
   * series can then be found by tag, without scanning all series. Returns null if any series may
   * match.
   */
  @Nullable String requiredTagKey() {
    return subscription.groupBy() == null ? subscription.tags().mostSelectiveKey() : null;
  }

  /** Selects a metric of the current batch, if active; returns true if it is the first. */
  boolean select(int index) {
    if (!active) {
      return false;
    }
    if (selectedCount == selected.length) {
      selected = Arrays.copyOf(selected, 2 * selectedCount);
    }
    selected[selectedCount++] = index;
    return selectedCount == 1;
  }

  /** Clears the selection without appending anything. */
  void clearSelection() {
    selectedCount = 0;
  }

  /**
   * Appends the selected metrics of a batch to the ring as one entry, and clears the selection.
   *
   * @param offset the client's offset after it has received the batch
   * @return whether metrics were encoded that no other feed had needed in this encoding
   */
  boolean append(MetricBatch batch, long publicationId, long offset, long nowNanos) {
    if (keyEntries != null) {
      keyEntries.beforeAppend();
    }
    entry.clear();
    writer.setOffsets(offset - 1, offset, false);
    int frameCount = writer.write(batch, selected, selectedCount, entry);
    ring.append(entry, frameCount, selectedCount, publicationId, nowNanos);
    if (keyEntries != null) {
      keyEntries.afterAppend(publicationId);
    }
    selectedCount = 0;
    return writer.hasEncoded();
  }

  /**
   * Reports the selected metrics, which could not be appended, as a gap, and clears the selection.
   * If there is no memory for the notice either, the readers are lapped.
   */
  @SuppressWarnings("CatchThrowable") // the caller knows the cause of the first failure
  void reportLost(long publicationId, long nowNanos) {
    try {
      entry.clear();
      writer.gap((long) selectedCount, null, entry);
      ring.append(entry, 1, 0, publicationId, nowNanos);
    } catch (Throwable e) {
      ring.discard(0, selectedCount, publicationId); // its number of frames is unknown
    }
    selectedCount = 0;
  }

  /**
   * Makes the messages independent of earlier ones up to the first message after a publication id.
   * A reader begins there. Called under the channel lock.
   */
  public void requireKeyAfter(long publicationId) {
    if (keyEntries != null) {
      keyEntries.requireAfter(publicationId);
    }
  }

  /**
   * Returns whether a gap is reported to the readers: metrics are lost or may be, or they know
   * positions and need the new one.
   */
  public boolean reports(FeedRouter.GapMark gap) {
    Long missed = gap.missed();
    return missed == null || missed > 0 || subscription.offsets();
  }

  /**
   * Appends a gap notice, which contains no metrics, to the ring as one entry, and notifies the
   * listeners. If that fails, the readers are lapped, and receive the notice when they catch up.
   */
  public void append(FeedRouter.GapMark gap) {
    if (!active || !reports(gap)) {
      return;
    }
    try {
      entry.clear();
      writer.gap(gap.missed(), gap.position(), entry);
      ring.append(entry, 1, 0, gap.publicationId(), router.nowNanos());
    } catch (RuntimeException | Error e) {
      ring.discard(0, 0, gap.publicationId());
      throw e;
    } finally {
      notifyListeners();
    }
  }

  /**
   * Appends a report of dropped metrics, which contains no metrics, to the ring as one entry, and
   * notifies the listeners.
   */
  public void append(DroppedMetrics.Report report) {
    if (active) {
      entry.clear();
      writer.dropped(report.missed(), entry);
      ring.append(entry, 1, 0, router.latestPublicationId(), router.nowNanos());
      notifyListeners();
    }
  }

  /**
   * Writes the number of metrics that a reader missed. Called under the channel lock.
   *
   * @param isOverBudget whether the feed has discarded them because memory was scarce
   */
  public void writeLagged(long missed, boolean isOverBudget, FrameBuffer out) {
    writer.lagged(missed, isOverBudget, out);
  }

  /** Writes a gap notice for a single reader. Called under the channel lock. */
  public void writeGap(FeedRouter.GapMark gap, FrameBuffer out) {
    writer.gap(gap.missed(), gap.position(), out);
  }

  /**
   * Writes the notice that a single reader does not receive the rest of a replay: a gap of unknown
   * size. The client can still resume from its position. Called under the channel lock.
   */
  public void writeSkippedReplay(FrameBuffer out) {
    writer.gap(null, null, out);
  }

  /** Notifies the listeners that the ring has grown. */
  void notifyListeners() {
    for (Listener listener : listeners) {
      listener.onAppend();
    }
  }
}
