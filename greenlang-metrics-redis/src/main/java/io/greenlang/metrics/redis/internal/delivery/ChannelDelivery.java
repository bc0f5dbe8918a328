package io.greenlang.metrics.redis.internal.delivery;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.external.ExternalBacklog;
import io.greenlang.metrics.redis.internal.external.ExternalPublishers;
import io.greenlang.metrics.redis.internal.log.LogEntry;
import io.greenlang.metrics.redis.internal.log.LogPosition;
import io.greenlang.metrics.redis.internal.log.PublicationCodec;
import io.greenlang.metrics.redis.internal.log.SequenceRanges;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue;
import io.greenlang.metrics.redis.internal.publish.PublishQueue;
import io.greenlang.metrics.redis.internal.publish.QueuedPublication;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import io.greenlang.metrics.redis.internal.support.Epoch;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delivery of one channel's publications to the receiver, each exactly once. It follows the
 * positions of the log, or, in <em>local mode</em>, delivers this instance's own publications at
 * once under a local epoch. It reports a gap wherever the two diverge or converge, and wherever
 * publications are missing. Used by the dispatcher's thread only.
 *
 * <p>When Redis has accepted the publications of local mode, they arrive again from the log; they
 * are recognized by their sequence and skipped. Publications of other instances that were missed
 * meanwhile are delivered under the local epoch. The channel returns to the positions of the log
 * only when nothing is left to skip. The receiver therefore sees two gaps, not one for each
 * publication that is skipped.
 */
public final class ChannelDelivery {

  private static final Logger logger = LoggerFactory.getLogger(ChannelDelivery.class);

  private final Channel channel;
  private final String instanceId;
  private final BrokerListener receiver;
  private final BrokerCounters counters;
  private final ChannelPublishQueue lane;
  private final PublishQueue outbox;

  /** When the channel was opened, in monotonic time. Every loss after it must be reported. */
  private final long openedNanos;

  /**
   * The position up to which the log was consumed; null if it was never read. Written by the
   * dispatcher only.
   */
  private volatile @Nullable LogPosition position;

  private String reportedEpoch;
  private long reportedOffset;
  private long lastMillis;
  private boolean localMode;

  /** Lost metrics that the receiver has not been notified of yet. */
  private long unreported;

  /** The highest sequence of our own publications that arrived from the log. */
  private long lastOwnLogged;

  private final PublisherSequences peerSequences = new PublisherSequences();

  private final SequenceRanges deliveredLocally = new SequenceRanges();

  /** The highest sequence of our own publications that was delivered in local mode. */
  private long lastDeliveredLocally;

  private boolean stale = true;
  private @Nullable ExternalPublishers externalPublishers;

  /**
   * Creates the delivery of a channel that the receiver has opened.
   *
   * @param position the position up to which its log was read; null if the log could not be read,
   *     in which case the channel starts in local mode
   * @param epoch the epoch that the receiver was opened with
   */
  public ChannelDelivery(
      RedisBrokerConfig settings,
      ChannelPublishQueue lane,
      PublishQueue outbox,
      BrokerListener receiver,
      BrokerCounters counters,
      @Nullable LogPosition position,
      String epoch) {
    this.channel = lane.channel;
    this.instanceId = settings.instanceId();
    this.lane = lane;
    this.outbox = outbox;
    this.receiver = receiver;
    this.counters = counters;
    this.position = position;
    this.reportedEpoch = epoch;
    this.reportedOffset = position == null ? 0 : position.offset();
    this.lastMillis = position == null ? Long.MIN_VALUE : position.millis();
    this.localMode = position == null;
    this.openedNanos = System.nanoTime();
  }

  /** Sets the observer of every entry consumed from now on. */
  void setExternalPublishers(ExternalPublishers listener) {
    externalPublishers = listener;
  }

  Channel channel() {
    return channel;
  }

  ChannelPublishQueue lane() {
    return lane;
  }

  long openedNanos() {
    return openedNanos;
  }

  /**
   * Returns the position up to which the log was consumed; null if it was never read. Any thread.
   */
  @Nullable LogPosition position() {
    return position;
  }

  /** Returns whether the log must be read before the bus can be followed. */
  boolean isStale() {
    return stale;
  }

  void markStale() {
    stale = true;
  }

  void markFresh() {
    stale = false;
  }

  boolean isLocalMode() {
    return localMode;
  }

  /** Continues at a position of the log, and counts the metrics skipped as lost. */
  void jump(LogPosition target, long missed) {
    position = target;
    owe(missed);
  }

  /** Switches to another epoch, because the log has lost its tail. */
  void turn(LogPosition from, String epoch) {
    position = from.withEpoch(epoch);
    owe(Gap.UNKNOWN);
  }

  /** Consumes the next entry of the log. */
  void onEntry(String epoch, LogEntry entry) {
    LogPosition before = position;
    if (before != null && entry.offset() != before.offset() + 1) {
      long missed = entry.metricsBefore() - before.metrics();
      owe(missed < 0 ? Gap.UNKNOWN : missed);
    }
    position = LogPosition.after(epoch, entry);
    if (externalPublishers != null) {
      externalPublishers.onEntry(channel, entry);
    }
    if (shouldSkip(entry)) {
      return;
    }
    List<Metric> metrics = unpack(entry.payload(), entry.count());
    if (metrics.isEmpty()) {
      return;
    }
    if (localMode) {
      flushLocalGap();
      accept(reportedEpoch, reportedOffset + 1, entry.millis(), metrics);
      return;
    }
    reportGapUpTo(epoch, entry.offset() - 1);
    accept(epoch, entry.offset(), entry.millis(), metrics);
  }

  /**
   * Returns whether to skip an entry, because the receiver already has it or can no longer take it
   * in order. After a log has lost its tail, publishers append their unconfirmed publications
   * again, and other instances may have received those before.
   */
  private boolean shouldSkip(LogEntry entry) {
    if (!entry.publisher().equals(instanceId)) {
      return !entry.publisher().startsWith(ExternalBacklog.MARK)
          && !peerSequences.advance(entry.publisher(), entry.sequence());
    }
    boolean known =
        entry.sequence() <= lastOwnLogged || deliveredLocally.contains(entry.sequence());
    outbox.onConfirmed(lane, entry.sequence());
    deliveredLocally.removeBefore(entry.sequence());
    lastOwnLogged = Math.max(lastOwnLogged, entry.sequence());
    if (!known && entry.sequence() < lastDeliveredLocally) {
      // Redis logged it long before local mode began, but we never received it. Later publications
      // of the same series have been delivered since, so it would be out of order.
      owe(entry.count());
      return true;
    }
    return known;
  }

  /**
   * Delivers one of our own publications that Redis does not accept.
   *
   * @param millis the log time at which it is delivered
   */
  void takeLocal(QueuedPublication publication, long millis) {
    if (publication.sequence() <= lastOwnLogged
        || deliveredLocally.contains(publication.sequence())) {
      return; // Redis logged it after all, or an earlier outage already delivered it
    }
    boolean wasLocal = localMode;
    enterLocalMode();
    if (wasLocal && publication.sequence() > Math.max(lastOwnLogged, lastDeliveredLocally) + 1) {
      // Redis accepted those between, and became unavailable before we read them.
      owe(Gap.UNKNOWN);
    }
    deliveredLocally.add(publication.sequence());
    lastDeliveredLocally = Math.max(lastDeliveredLocally, publication.sequence());
    List<Metric> metrics = unpack(publication.payload(), publication.count());
    if (!metrics.isEmpty()) {
      flushLocalGap();
      accept(reportedEpoch, reportedOffset + 1, millis, metrics);
    }
  }

  /** Records that some of our own metrics were dropped before anyone received them. */
  void missLocal(long metrics) {
    if (metrics > 0) {
      enterLocalMode();
      owe(metrics);
    }
  }

  private void enterLocalMode() {
    if (!localMode) {
      localMode = true;
      owe(Gap.UNKNOWN); // other instances may publish from here on
      reportGap(Epoch.next(), 0);
    }
  }

  private void flushLocalGap() {
    if (unreported != 0) {
      reportGap(reportedEpoch, reportedOffset);
    }
  }

  /** Returns to the positions of the log, if this channel is in local mode. */
  void join() {
    localMode = false;
    settle();
  }

  /** Reports pending gaps to the receiver. */
  void settle() {
    LogPosition current = position;
    if (!localMode && current != null) {
      reportGapUpTo(current.epoch(), current.offset());
    }
  }

  public void owe(long metrics) {
    if (metrics > 0) {
      counters.lost.add(metrics);
    }
    unreported =
        metrics == Gap.UNKNOWN || unreported == Gap.UNKNOWN ? Gap.UNKNOWN : unreported + metrics;
  }

  private void reportGapUpTo(String epoch, long offset) {
    if (unreported != 0 || offset != reportedOffset || !epoch.equals(reportedEpoch)) {
      reportGap(epoch, offset);
    }
  }

  private void reportGap(String epoch, long offset) {
    long missed = unreported;
    unreported = 0;
    reportedEpoch = epoch;
    reportedOffset = offset;
    lastMillis = Long.MIN_VALUE;
    try {
      receiver.onGap(new Gap(channel, epoch, offset, missed));
    } catch (RuntimeException e) {
      logger.error("Receiver failed to handle a gap on channel {}", channel, e);
    }
  }

  private void accept(String epoch, long offset, long millis, List<Metric> metrics) {
    reportedOffset = offset;
    lastMillis = Math.max(lastMillis, millis);
    try {
      receiver.onPublication(new Publication(channel, epoch, offset, lastMillis, metrics));
    } catch (RuntimeException e) {
      logger.error("Receiver failed to handle publication {} of channel {}", offset, channel, e);
    }
  }

  /**
   * Decodes a payload. A malformed payload yields no metrics, and is counted and reported as a gap.
   */
  private List<Metric> unpack(byte[] payload, long count) {
    try {
      return PublicationCodec.unpack(channel, payload);
    } catch (MalformedDataException e) {
      logger.debug("Skipped a malformed publication on {}", channel, e);
      counters.malformed.increment();
      owe(count);
      return List.of();
    }
  }
}
