package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.history.ChannelHistory;
import io.greenlang.metrics.internal.history.SeriesHistory;
import io.greenlang.metrics.internal.sequence.PublicationSequence;
import io.greenlang.metrics.internal.sequence.StreamClock;
import io.greenlang.metrics.internal.window.ChannelFeeds;
import io.greenlang.metrics.internal.window.ChannelLock;
import io.greenlang.metrics.internal.window.WindowRollup;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The intake of a channel: each publication is numbered, routed to the feeds, added to the history
 * and folded into windows. Used under both parts of the channel lock, unless stated otherwise.
 */
final class ChannelIntake {

  private final Channel channel;
  private final ChannelStream.Context context;
  private final @Nullable ChannelHistory history;
  private final PublicationSequence publicationSequence;
  private final StreamClock streamClock = new StreamClock();

  /** Routes raw samples. */
  private final FeedRouter router;

  private final WindowRollup windows;
  private final ChannelFeeds feeds;

  /**
   * Whether an error has left a publication incomplete, and no gap is recorded yet. Until then, no
   * other publication is accepted. Changed under the samples lock; any thread may read it.
   */
  private volatile boolean incomplete;

  /**
   * Whether the latest gap is an incomplete publication. The next publication waits until all feeds
   * have its notice. The broker itself publishes nothing before its own gaps are reported. Used
   * under the samples lock.
   */
  private boolean gapHoldsPublications;

  /**
   * Creates an intake that continues after a log.
   *
   * @param history null if no history is retained
   */
  ChannelIntake(
      Channel channel,
      ChannelStream.Context context,
      @Nullable ChannelHistory history,
      ChannelLog log) {
    this.channel = channel;
    this.context = context;
    this.history = history;
    this.publicationSequence = new PublicationSequence(log.epoch(), log.offset());
    this.router = router(0, publicationSequence::toOffset);
    this.router.startAt(log.offset());
    this.windows =
        new WindowRollup(
            context.aggregators(),
            interval -> router(interval.millis(), windowNumber -> windowNumber),
            router.table(),
            history);
    this.feeds = new ChannelFeeds(router, windows);
  }

  private FeedRouter router(long windowMillis, LongUnaryOperator toOffset) {
    return new FeedRouter(
        channel,
        windowMillis,
        toOffset,
        context.limits(),
        context.clock(),
        context.bufferPool(),
        context.stats(),
        context.derivedStatistics());
  }

  /** Restores the state from the log; without history there is nothing to restore into. */
  void recover(ChannelLog log) {
    ChannelHistory target = history;
    if (target == null) {
      return;
    }
    long watermarkMillis = context.broker().watermarkMillis();
    windows.addRecorders(
        watermarkMillis,
        tier -> new WindowRecorder(channel, tier, context, target, publicationSequence::latest));
    new ChannelRecovery(channel, context.aggregators(), target, windows, router.table())
        .recover(log, watermarkMillis, this::replay);
  }

  /**
   * Accepts a publication that was logged before this instance started; there are no readers yet.
   */
  private void replay(Publication publication) {
    long logMillis = streamClock.advanceTo(publication.logMillis());
    windows.tick(logMillis, ChannelLock.Slices.HELD);
    process(publication, publication.offset(), logMillis);
  }

  /**
   * Accepts the next publication, unless windows must be closed first. Called under the samples
   * lock.
   *
   * @return false if it was not accepted; {@link #closeAndAccept} must follow
   */
  boolean tryAccept(Publication publication) {
    long logMillis = advanceTo(publication);
    boolean ready = isReady(logMillis);
    if (ready) {
      accept(publication, logMillis);
    }
    return ready;
  }

  private boolean isReady(long logMillis) {
    boolean isGapPending = incomplete || (gapHoldsPublications && feeds.isReportingGap());
    return !isGapPending && !windows.isBehind(logMillis);
  }

  /**
   * Reports an incomplete publication, closes windows that have ended, and accepts the next
   * publication. If an error prevents that, the publication is lost.
   */
  void closeAndAccept(Publication publication) {
    long logMillis = advanceTo(publication);
    try {
      reportIncomplete(ChannelLock.Slices.HELD);
      windows.tick(logMillis, ChannelLock.Slices.HELD);
    } catch (RuntimeException | Error e) {
      acceptOrDiscard(publication, logMillis);
      throw e;
    }
    accept(publication, logMillis);
  }

  /**
   * Accepts a publication if the error before it allows that. Otherwise the publication is numbered
   * and lost, so that no client resumes before it without a notice.
   */
  private void acceptOrDiscard(Publication publication, long logMillis) {
    if (isReady(logMillis)) {
      accept(publication, logMillis);
    } else {
      publicationSequence.nextId(publication);
      incomplete = true;
    }
  }

  private long advanceTo(Publication publication) {
    return streamClock.advanceTo(publication.logMillis(), context.broker()::watermarkMillis);
  }

  private void accept(Publication publication, long logMillis) {
    process(publication, publicationSequence.nextId(publication), logMillis);
    context.stats().recordPublication(publication.metrics().size());
  }

  /**
   * Processes a publication. After an error, the feeds receive the metrics before it, and a gap
   * follows: the history and the windows have at most these metrics.
   */
  private void process(Publication publication, long publicationId, long logMillis) {
    router.beginSamples(publicationId, logMillis);
    boolean complete = false;
    try {
      int index = 0;
      for (Metric metric : publication.metrics()) {
        process(metric, publicationId, index++, logMillis);
      }
      complete = true;
    } finally {
      if (!complete) {
        incomplete = true;
      }
      router.endBatch();
    }
  }

  private void process(Metric metric, long publicationId, int index, long logMillis) {
    Series series = router.route(metric);
    if (series == null) {
      return;
    }
    long timeMillis = metric.timestampMillis();
    long foldMillis = StreamClock.foldTime(timeMillis, logMillis);
    if (history != null) {
      SeriesHistory target = historyOf(series, history);
      history.add(
          target, publicationId, index, timeMillis, foldMillis, metric.value(), metric.detail());
    }
    windows.fold(series, metric, foldMillis);
  }

  private static SeriesHistory historyOf(Series series, ChannelHistory history) {
    SeriesHistory existing = series.history();
    if (existing != null) {
      return existing;
    }
    SeriesHistory added = history.series(series.key());
    series.setHistory(added);
    return added;
  }

  /**
   * Records a gap and reports it to every reader. Called under the views lock, and before the next
   * publication: the broker delivers both on one thread.
   *
   * @return false if the samples lock stayed busy; call again later
   */
  boolean reportGap(Gap gap, ChannelLock.Slices slices) {
    return feeds.reportGap(() -> record(gap, false), slices);
  }

  /**
   * Reports an incomplete publication as a gap of unknown size. A window that is half closed ends
   * before the gap. Called under the views lock.
   *
   * @return false if the samples lock stayed busy; call again later
   */
  private boolean reportIncomplete(ChannelLock.Slices slices) {
    if (!completeTick(slices)) {
      return false;
    }
    if (incomplete && !feeds.reportGap(this::recordIncomplete, slices)) {
      return false;
    }
    windows.reportIncomplete(publicationSequence.epoch());
    return true;
  }

  private FeedRouter.GapMark recordIncomplete() {
    long offset = publicationSequence.toOffset(publicationSequence.latest());
    return record(new Gap(channel, publicationSequence.epoch(), offset, Gap.UNKNOWN), true);
  }

  /**
   * Records a gap.
   *
   * @param isIncomplete whether it is an incomplete publication
   */
  private FeedRouter.GapMark record(Gap gap, boolean isIncomplete) {
    boolean another = incomplete && !isIncomplete;
    incomplete = true; // after an error, the next tick records a gap
    gapHoldsPublications = isIncomplete;
    publicationSequence.recordGap(gap);
    Long missed = gap.missed() == Gap.UNKNOWN ? null : Long.valueOf(gap.missed());
    FeedRouter.GapMark recorded =
        router.recordGap(
            publicationSequence.latest(), missed, new StreamPosition(gap.epoch(), gap.offset()));
    incomplete = another;
    return recorded;
  }

  /**
   * Closes windows that have ended, reports dropped metrics, and evicts expired history. Called
   * under the views lock. Ends early if the samples lock stays busy.
   */
  void tick(ChannelLock.Slices slices) {
    long[] logMillis = new long[1];
    if (reportIncomplete(slices)
        && slices.run(() -> logMillis[0] = logMillis())
        && windows.tick(logMillis[0], slices)
        && slices.run(() -> windows.prune(logMillis[0]))
        && feeds.reportDropped(slices)) {
      evictExpired(logMillis[0], slices);
    }
  }

  /** Evicts expired history in slices, until nothing is left or the samples lock stays busy. */
  private void evictExpired(long logMillis, ChannelLock.Slices slices) {
    ChannelHistory target = history;
    if (target == null) {
      return;
    }
    boolean[] complete = new boolean[1];
    while (!complete[0] && slices.run(() -> complete[0] = target.evictExpired(logMillis))) {
      // the slice was the work
    }
  }

  /**
   * Completes the closing of windows that a tick has left half closed, and a gap that it has not
   * reported to all feeds. Called under the views lock.
   *
   * @return false if the samples lock stayed busy; call again later
   */
  boolean completeTick(ChannelLock.Slices slices) {
    return windows.complete(slices) && feeds.completeGap(slices);
  }

  /** Advances the clock to the watermark and returns its time. */
  long logMillis() {
    return streamClock.advanceTo(context.broker().watermarkMillis());
  }

  PublicationSequence publicationSequence() {
    return publicationSequence;
  }

  ChannelFeeds feeds() {
    return feeds;
  }

  /** Returns the number of series that a new view is compared with. */
  long countCandidates(Subscription subscription) {
    return router.table().countCandidates(subscription);
  }

  int seriesCount() {
    return router.table().size();
  }
}
