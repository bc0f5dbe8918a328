package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.frame.SeriesTemplate;
import io.greenlang.metrics.internal.history.SeriesHistory;
import io.greenlang.metrics.internal.sample.DerivedSeries;
import io.greenlang.metrics.internal.sequence.StreamClock;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of one series: its latest value, the feeds that match it, its open windows, and the
 * constant part of its messages. Used under the channel lock.
 */
public final class Series {

  /** The open window of a series for one interval. */
  public interface WindowSlot {

    /** Returns whether the open window or the next one contains samples. */
    boolean hasSamples();

    /** Discards the series' part of the open window. */
    void discard();

    /** Continues the window for the same series, which has returned after its eviction. */
    void moveTo(Series returned);
  }

  /**
   * How long only older samples arrive before one of them replaces the latest value: the clock of
   * the source was wrong, then or now.
   */
  private static final long CONFIRM_MILLIS = 60_000;

  private static final int INTERVALS = Interval.values().length;
  private static final @Nullable WindowSlot[] NO_WINDOWS = {};

  private final long id;
  private final SeriesKey key;

  /** Created with the first message: in new windows, no feed may match the series. */
  private SeriesTemplate.@Nullable Cache templates;

  /**
   * The matching feeds, determined once per series and feed, not once per metric. They include
   * feeds that are still being matched with other series, and closed ones that nothing has removed
   * yet. An immutable list if there are none: most series have no feed, and each has a few tables.
   */
  private List<Feed> feeds = List.of();

  /** The neighbors of this series in the {@link IdleOrder} of its table, which changes them. */
  @Nullable Series earlierIdle;

  @Nullable Series laterIdle;

  /** The time at which this series moved there, in monotonic nanoseconds. */
  long idleMovedNanos;

  /** The number of samples so far. */
  private long sampleCount;

  /**
   * The windows, indexed by the interval's ordinal; null for intervals without readers. An empty
   * array before the first window, and therefore in tables of windows.
   */
  private @Nullable WindowSlot[] windows = NO_WINDOWS;

  private @Nullable SeriesHistory history;

  /** The gauges that are derived from this series, if it is a histogram. */
  private final List<DerivedSeries> derived;

  private double latestValue;
  private @Nullable Aggregate latestAggregate;
  private long latestTimeMillis;
  private long latestUpdateId;

  /** The time at which a value arrived last, in monotonic nanoseconds. */
  private long updatedNanos;

  /** The time at which the latest sample arrived, and how often the clock was set back by then. */
  private long replacedMillis;

  private int clockSteps;

  /** The time at which the latest sample counts. */
  private long latestFoldMillis;

  /** The timestamp of the latest sample, or its arrival if that was earlier. */
  private long orderMillis = Long.MIN_VALUE;

  Series(long id, SeriesKey key, List<DerivedSeries> derived) {
    this.id = id;
    this.key = key;
    this.derived = derived;
  }

  /**
   * Returns the id of the series, which increases with each new series of a channel. An iteration
   * can therefore pause and resume.
   */
  public long id() {
    return id;
  }

  /** Returns the identity of the series. */
  public SeriesKey key() {
    return key;
  }

  /** Returns the constant part of the series' messages. Any thread. */
  public SeriesTemplate.Cache templates() {
    SeriesTemplate.Cache created = templates;
    if (created == null) {
      created = new SeriesTemplate.Cache(key);
      templates = created;
    }
    return created;
  }

  /** Returns the feeds that match this series. */
  List<Feed> feeds() {
    return feeds;
  }

  /** Adds a feed that matches this series. */
  void addFeed(Feed feed) {
    if (feeds.isEmpty()) {
      feeds = new ArrayList<>(2);
    }
    feeds.add(feed);
  }

  /** Removes a feed, if it is present. */
  void removeFeed(Feed feed) {
    if (!feeds.isEmpty()) {
      feeds.remove(feed);
    }
  }

  /** Returns the gauges that are derived from this series; none for most series. */
  List<DerivedSeries> derived() {
    return derived;
  }

  /** Returns the number of samples so far, by which a reader of the history detects new ones. */
  public long sampleCount() {
    return sampleCount;
  }

  /** Returns the latest value. */
  public double latestValue() {
    return latestValue;
  }

  /** Returns the aggregate of the latest value; null unless the value is the result of a window. */
  public @Nullable Aggregate latestAggregate() {
    return latestAggregate;
  }

  /** Returns the timestamp of the latest value, in epoch milliseconds. */
  public long latestTimeMillis() {
    return latestTimeMillis;
  }

  /**
   * Returns the id of the update that brought the latest value: the publication id of a sample, or
   * the number of a window.
   */
  public long latestUpdateId() {
    return latestUpdateId;
  }

  /** Returns the time at which the latest sample counts in windows, in epoch milliseconds. */
  public long latestFoldMillis() {
    return latestFoldMillis;
  }

  /**
   * Records a sample as the latest value unless it is older than that. A timestamp in the future
   * counts as the time of arrival, so a wrong clock does not keep later samples out.
   *
   * @param distribution the aggregate of a distribution; null for a single value
   */
  void recordSample(
      double value,
      @Nullable Aggregate distribution,
      long timeMillis,
      long publicationId,
      SampleArrival arrival,
      long nowNanos) {
    updatedNanos = nowNanos;
    sampleCount++;
    long arrivalMillis = arrival.millis();
    boolean isLater = timeMillis >= orderMillis || clockSteps != arrival.clockSteps();
    if (isLater || arrivalMillis - replacedMillis > CONFIRM_MILLIS) {
      orderMillis = Math.min(timeMillis, arrivalMillis);
      replacedMillis = arrivalMillis;
      clockSteps = arrival.clockSteps();
      latestFoldMillis = StreamClock.foldTime(timeMillis, arrivalMillis);
      recordLatest(value, distribution, timeMillis, publicationId, nowNanos);
    }
  }

  /** Records a value as the latest one. */
  void recordLatest(
      double value, @Nullable Aggregate aggregate, long timeMillis, long updateId, long nowNanos) {
    latestValue = value;
    latestAggregate = aggregate;
    latestTimeMillis = timeMillis;
    latestUpdateId = updateId;
    updatedNanos = nowNanos;
  }

  /** Returns whether the latest value arrived more than {@code nanos} ago. */
  boolean isIdle(long nowNanos, long nanos) {
    return nowNanos - updatedNanos > nanos;
  }

  /** Returns the history of the series; null if none is retained, and in tables of windows. */
  public @Nullable SeriesHistory history() {
    return history;
  }

  /** Sets the history of the series. */
  public void setHistory(SeriesHistory history) {
    this.history = history;
  }

  /**
   * Returns the window of an interval; null if there is none. It may be a remainder of windows that
   * are closed for good.
   */
  @SuppressWarnings("EnumOrdinal") // an index into an array that nothing stores
  public @Nullable WindowSlot window(Interval interval) {
    return windows.length == 0 ? null : windows[interval.ordinal()];
  }

  /** Sets or removes the open window of an interval. */
  @SuppressWarnings("EnumOrdinal") // as above
  public void setWindow(Interval interval, @Nullable WindowSlot window) {
    if (windows.length == 0) {
      windows = new @Nullable WindowSlot[INTERVALS];
    }
    windows[interval.ordinal()] = window;
  }

  /** Returns whether the series is part of an open window. */
  boolean hasOpenWindows() {
    for (WindowSlot each : windows) {
      if (each != null && each.hasSamples()) {
        return true;
      }
    }
    return false;
  }

  /** Discards the series' part of open windows. */
  void discardOpenWindows() {
    for (WindowSlot each : windows) {
      if (each != null) {
        each.discard();
      }
    }
  }

  /** Continues the windows and history of the same series from before its eviction. */
  void resume(Series dormant) {
    history = dormant.history;
    windows = dormant.windows.clone();
    for (WindowSlot each : windows) {
      if (each != null) {
        each.moveTo(this);
      }
    }
  }
}
