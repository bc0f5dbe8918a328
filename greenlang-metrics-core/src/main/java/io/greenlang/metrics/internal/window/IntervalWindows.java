package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.sequence.StreamClock;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one interval on one channel. Every sample is folded once, regardless of the number
 * of clients and views. When a window closes, its aggregates are routed to feeds like samples. Used
 * under the channel lock: {@link #fold} under the samples lock, {@link #tick} under the views lock,
 * and all other methods under both parts unless stated otherwise.
 *
 * <p>{@link StreamClock#foldTime} alone determines the window in which a sample counts. A window
 * closes when no sample can count in it any more: {@value StreamClock#GRACE_MILLIS} ms after its
 * end.
 */
public final class IntervalWindows {

  /**
   * How long after the grace period a window may remain open, in milliseconds. Then a publisher
   * closes it: samples of the following windows wait, and must not accumulate.
   */
  static final long MAX_LAG_MILLIS = 5_000;

  private final Interval interval;
  private final Aggregators aggregators;
  private final WindowFeeds feeds;
  private final WindowTargets targets;
  private final TouchedSeries touched = new TouchedSeries();

  /** The window that has ended and is being closed in slices; null if there is none. */
  private @Nullable WindowClosing closing;

  /** The number of windows that have ended so far, by which a series knows that its own has. */
  private long generation;

  /** The number of series with samples of windows that are not open yet. */
  private int earlySeries;

  /** Whether a series has too many such samples. */
  private boolean closingRequired;

  private final StandingCounters standingCounters = new StandingCounters();

  private long openStart;

  /**
   * Continues the series of new windows from history; null if there is nothing to continue. Changed
   * under both parts of the lock; any thread may read it.
   */
  private volatile @Nullable WindowResumption resumption;

  /** Whether these windows were removed for good; series may still refer to them. */
  private boolean removed;

  IntervalWindows(
      Interval interval, Aggregators aggregators, Supplier<FeedRouter> routers, long nowMillis) {
    this.interval = interval;
    this.aggregators = aggregators;
    this.openStart = interval.windowStart(nowMillis);
    this.feeds = new WindowFeeds(new WindowSequence(interval, openStart), aggregators, routers);
    this.targets = new WindowTargets(feeds);
  }

  Interval interval() {
    return interval;
  }

  /** Returns the feeds of these windows. */
  WindowFeeds feeds() {
    return feeds;
  }

  /** Returns the start of the open window, in epoch milliseconds. */
  public long openStart() {
    return openStart;
  }

  /** Returns the end of the open window, exclusive. */
  long openEnd() {
    return openStart + interval.millis();
  }

  /** Returns the series with samples in the open window or in later ones. */
  TouchedSeries touched() {
    return touched;
  }

  /** Returns the targets of closed windows besides the feeds. */
  WindowTargets targets() {
    return targets;
  }

  /** Sets the recorder of closed windows. */
  void recordWith(WindowListener recorder) {
    targets.setRecorder(recorder);
    recorder.onWindowOpened(openStart);
  }

  /** Records that an error leaves these windows incomplete, and with them all longer ones. */
  void markIncomplete() {
    feeds.markIncomplete();
    targets.markIncomplete();
  }

  /**
   * Returns the window of a series, opening it if necessary; null if its type has no aggregator.
   */
  public @Nullable SeriesWindow seriesWindow(Series series) {
    SeriesWindow existing = existing(series);
    if (existing != null) {
      return existing;
    }
    WindowResumption pending = resumption;
    return pending != null && pending.includes(series) ? null : open(series);
  }

  /** Returns the window of a series; null if it is not open. */
  @Nullable SeriesWindow existing(Series series) {
    SeriesWindow existing = (SeriesWindow) series.window(interval);
    return existing != null && existing.isOf(this) ? existing : null;
  }

  /** Opens the window of a series; returns null if its type has no aggregator. */
  @Nullable SeriesWindow open(Series series) {
    Aggregator aggregator = aggregators.find(series.key().type());
    if (aggregator == null) {
      return null;
    }
    SeriesWindow opened = new SeriesWindow(series, this, aggregator);
    series.setWindow(interval, opened);
    return opened;
  }

  /** Folds a sample into its window; ignores it if its type has no aggregator. */
  void fold(Series series, Metric sample, long foldMillis) {
    SeriesWindow seriesWindow = seriesWindow(series);
    if (seriesWindow != null) {
      seriesWindow.add(sample.value(), sample.timestampMillis(), foldMillis, sample.detail());
    }
  }

  /** Continues the existing series in slices, before anyone reads these windows. */
  void resumeWith(WindowResumption added) {
    resumption = added;
  }

  /** Records that all series continue; readers may follow. */
  void endResumption() {
    resumption = null;
  }

  /**
   * Returns the resumption that must be completed before these windows have readers, or null. Any
   * thread.
   */
  @Nullable WindowResumption resumption() {
    return resumption;
  }

  /** Moves the open window to a given time, before anything has been folded. */
  public void startAt(long millis) {
    openStart = interval.windowStart(millis);
    feeds.startAt(openStart);
    targets.onWindowOpened(openStart);
  }

  /** Appends a closed window of a finer interval. */
  public void appendFiner(Series series, long startMillis, Aggregate finer) {
    if (startMillis < openStart) {
      return; // part of a window that another instance closed
    }
    advanceTo(startMillis, ChannelLock.Slices.HELD);
    SeriesWindow seriesWindow = seriesWindow(series);
    if (seriesWindow != null) {
      seriesWindow.append(finer);
    }
  }

  /** Adds a counter that has just been sampled. */
  void addRecent(SeriesWindow counter) {
    standingCounters.add(counter);
  }

  /**
   * Closes windows that have ended. Called under the views lock.
   *
   * @return false if the samples lock stayed busy; call again later
   */
  boolean tick(long logMillis, ChannelLock.Slices slices) {
    if (!completeClosing(slices)) {
      return false;
    }
    if (logMillis < openStart) {
      return restart(logMillis, slices);
    }
    while (logMillis >= openEnd() + StreamClock.GRACE_MILLIS) {
      if (!advance(logMillis - StreamClock.GRACE_MILLIS, slices)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Closes the open window because the clock was set back. It would otherwise stay open until the
   * clock has caught up. Publishers wait meanwhile.
   */
  private boolean restart(long logMillis, ChannelLock.Slices slices) {
    do {
      if (!advance(openEnd(), slices)) {
        return false;
      }
    } while (!touched.isEmpty());
    return slices.run(
        () -> {
          openStart = interval.windowStart(logMillis);
          feeds.windowSequence().restart(openStart);
          targets.onWindowOpened(openStart);
        });
  }

  /**
   * Returns whether windows must be closed before a publication that was logged at the given time
   * is folded. Called under the samples lock.
   */
  boolean isBehind(long logMillis) {
    return closingRequired
        || logMillis < openStart
        || logMillis >= openEnd() + StreamClock.GRACE_MILLIS + MAX_LAG_MILLIS;
  }

  /**
   * Returns whether these windows have no readers, and no client is opening them. A client that has
   * left before all series continue leaves them for the next one.
   */
  boolean isUnused() {
    WindowResumption pending = resumption;
    boolean opening = pending != null && pending.isInProgress();
    return !opening && feeds.isEmpty() && targets.isEmpty();
  }

  /** Ends these windows. The series still refer to them until they are detached. */
  void remove() {
    removed = true;
    closing = null;
    touched.clear();
    standingCounters.clear();
  }

  /** Returns whether these windows were removed. */
  boolean isRemoved() {
    return removed;
  }

  /** Removes these windows from a series. */
  void detach(Series series) {
    if (existing(series) != null) {
      series.setWindow(interval, null);
    }
  }

  /**
   * Closes all windows that end at or before the given time. Called under the views lock.
   *
   * @return false if the samples lock stayed busy; call again later
   */
  boolean advanceTo(long startMillis, ChannelLock.Slices slices) {
    boolean complete = completeClosing(slices);
    while (complete && startMillis >= openEnd()) {
      complete = advance(startMillis, slices);
    }
    return complete;
  }

  /** Closes the open window, and opens the next one that may contain samples. */
  private boolean advance(long nowMillis, ChannelLock.Slices slices) {
    return slices.run(() -> beginClosing(nowMillis)) && completeClosing(slices);
  }

  private void beginClosing(long nowMillis) {
    closing = new WindowClosing(this, openStart, touched, standingCounters);
    generation++;
    closingRequired = false;
    long next = openEnd();
    openStart = earlySeries == 0 ? Math.max(next, interval.windowStart(nowMillis)) : next;
  }

  /** Completes the closing of a window, if there is one. Called under the views lock. */
  boolean completeClosing(ChannelLock.Slices slices) {
    WindowClosing current = closing;
    return current == null || current.advance(slices);
  }

  /** Returns whether a window has ended and is not closed. Called under either part. */
  boolean isClosing() {
    return closing != null;
  }

  /** Returns the number of windows that have ended so far. Called under either part. */
  long generation() {
    return generation;
  }

  /** Adds to the number of series with samples of windows that are not open yet. */
  void addEarlySeries(int count) {
    earlySeries += count;
  }

  /** Has windows closed before the next publication is folded. */
  void requireClosing() {
    closingRequired = true;
  }

  /** Records that the closing window is closed. */
  void endClosing() {
    feeds.windowSequence().recordOpened(openStart);
    closing = null;
    targets.onWindowOpened(openStart);
  }
}
