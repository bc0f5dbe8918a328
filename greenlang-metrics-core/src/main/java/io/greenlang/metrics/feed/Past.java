package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.history.ChannelHistory;
import io.greenlang.metrics.history.HistoryReader;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.history.SeriesSnapshot;
import io.greenlang.metrics.subscription.Subscription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * What one client reads of a channel's past: the series that its subscription asks for as they were
 * when it asked, and what turns them into its frames. It shares nothing with the feed, so it needs
 * no lock. One thread at a time.
 */
final class Past {

  /** As many entries as fill a piece. */
  static final int ROOM = Prelude.STEP_BYTES / 256;

  private final Subscription subscription;
  private final Aggregators aggregators;
  private final HistoryReader reader;
  private final List<SeriesSnapshot> snapshots;
  private final long reachesFrom;
  private final long reachesBehind;
  private final FrameWriter writer;
  private final MetricBlock block;
  private final FrameBuffer out = new FrameBuffer();
  private final Map<Object, Series> series = new HashMap<>();
  private int frameCount;
  private int[] all = new int[0];

  Past(
      Subscription subscription,
      FrameEncoder encoder,
      ChannelHistory history,
      Aggregators aggregators) {
    this.subscription = subscription;
    this.aggregators = aggregators;
    this.reader = new HistoryReader(aggregators);
    this.snapshots = history.select(subscription::matches);
    this.writer = new FrameWriter(subscription, encoder);
    Interval interval = subscription.interval();
    RetentionTier tier = interval == null ? null : RetentionTier.of(interval);
    // Asked after the snapshots were taken: what was let go since then is still in them.
    this.reachesFrom = history.reachesFrom(tier == null ? RetentionTier.RAW : tier);
    this.reachesBehind = history.reachesBehind();
    this.block = new MetricBlock(interval == null ? 0 : interval.millis());
  }

  Subscription subscription() {
    return subscription;
  }

  List<SeriesSnapshot> snapshots() {
    return snapshots;
  }

  HistoryReader reader() {
    return reader;
  }

  /** From when on all of this is there; {@link Long#MIN_VALUE} if nothing was ever let go. */
  long reachesFrom() {
    return reachesFrom;
  }

  /** Behind which publication all of this is there. */
  long reachesBehind() {
    return reachesBehind;
  }

  /** The length of the windows that are asked for; there must be one. */
  Interval interval() {
    return Objects.requireNonNull(subscription.interval(), "metrics as they come have no windows");
  }

  /** Merges over the tags that are not kept; null if all are. */
  @Nullable Groups groups() {
    SortedSet<String> keep = subscription.groupBy();
    return keep == null ? null : new Groups(keep, aggregators);
  }

  /** Begins a piece. */
  void begin() {
    out.clear();
    frameCount = 0;
  }

  /** Begins what belongs together: a publication, or a window of that length. */
  void beginBlock(long windowMillis) {
    block.begin(windowMillis);
  }

  /** Adds a reading. */
  void add(SeriesSnapshot of, double value, long timeMillis) {
    block.add(series(of), value, null, timeMillis);
  }

  /** Adds what a series came to. */
  void add(SeriesSnapshot of, Aggregate aggregate, long timeMillis) {
    block.add(series(of), aggregate.value(), aggregate, timeMillis);
  }

  /** Adds what a group of series came to. */
  void add(GroupedSeries of, Aggregate aggregate, long timeMillis) {
    Series made =
        series.computeIfAbsent(of, o -> new Series(0, channel(), of.name(), of.type(), of.tags()));
    block.add(made, aggregate.value(), aggregate, timeMillis);
  }

  /**
   * Writes the block; a client stands at {@code before} while it has some of it, then at {@code
   * after}.
   */
  void endBlock(long before, long after, boolean replayed) {
    int count = block.size();
    if (count == 0) {
      return;
    }
    if (all.length < count) {
      all = new int[Math.max(count, 2 * all.length)];
      for (int i = 0; i < all.length; i++) {
        all[i] = i;
      }
    }
    writer.at(before, after, replayed);
    frameCount += writer.write(block, all, count, out);
  }

  /** Says how much will not come one by one. */
  void lagged(long missed) {
    writer.lagged(missed, out);
    frameCount++;
  }

  /** How many bytes the piece has so far. */
  int bytes() {
    return out.length();
  }

  /** How many frames the piece has so far. */
  int frames() {
    return frameCount;
  }

  /** Hands the piece over; false if it is empty. */
  boolean end(FrameSink sink) {
    if (frameCount > 0) {
      sink.write(Frames.of(out), 0, out.length(), frameCount);
    }
    return frameCount > 0;
  }

  private Series series(SeriesSnapshot of) {
    return series.computeIfAbsent(
        of.id(), id -> new Series(of.id(), channel(), of.name(), of.type(), of.tags()));
  }

  private Channel channel() {
    return subscription.channel();
  }
}
