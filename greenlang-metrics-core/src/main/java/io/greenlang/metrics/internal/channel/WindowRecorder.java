package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.broker.WindowArchive;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.history.ChannelHistory;
import io.greenlang.metrics.internal.history.SeriesHistory;
import io.greenlang.metrics.internal.history.WindowBlob;
import io.greenlang.metrics.internal.window.WindowListener;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A recorder that adds the windows of one interval to the history as they close. It also stores
 * each complete window in the archive, if there is one.
 */
final class WindowRecorder implements WindowListener {

  private final Channel channel;
  private final RetentionTier tier;
  private final Interval interval;
  private final Duration retention;
  private final ChannelHistory history;
  private final @Nullable WindowArchive archive;
  private final LongSupplier latestPublicationId;
  private WindowBlob.Writer writer = new WindowBlob.Writer();

  WindowRecorder(
      Channel channel,
      RetentionTier tier,
      ChannelStream.Context context,
      ChannelHistory history,
      LongSupplier latestPublicationId) {
    this.channel = channel;
    this.tier = tier;
    this.interval = Objects.requireNonNull(tier.interval());
    this.retention = context.retention().duration(tier);
    this.history = history;
    this.archive = context.broker().archive();
    this.latestPublicationId = latestPublicationId;
  }

  @Override
  public void onSeriesClosed(Series series, long startMillis, Aggregate aggregate) {
    SeriesHistory seriesHistory = series.history();
    if (seriesHistory == null) {
      return;
    }
    byte[] packed = aggregate.pack();
    history.add(seriesHistory, tier, startMillis, packed, latestPublicationId.getAsLong());
    if (archive != null) {
      writer.add(series.key(), packed);
    }
  }

  @Override
  public void onWindowOpened(long startMillis) {
    history.markClosed(tier, startMillis);
  }

  @Override
  public void onWindowClosed(long startMillis) {
    if (archive != null && !writer.isEmpty()) {
      WindowBlob.Writer complete = writer;
      writer = new WindowBlob.Writer(); // first, so that a failure adds nothing to the next window
      archive.store(channel, interval, startMillis, complete.toByteArray(), retention);
    }
  }
}
