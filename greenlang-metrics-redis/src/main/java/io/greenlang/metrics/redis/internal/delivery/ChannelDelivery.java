package io.greenlang.metrics.redis.internal.delivery;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.log.LogEntry;
import io.greenlang.metrics.redis.internal.log.LogMessage;
import io.greenlang.metrics.redis.internal.log.LogPosition;
import io.greenlang.metrics.redis.internal.log.PublicationCodec;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue.QueuedPublication;
import io.greenlang.metrics.redis.internal.publish.PublishQueue;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import io.greenlang.metrics.redis.internal.support.BrokerCounters.Counter;
import io.greenlang.metrics.redis.internal.support.Epoch;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delivery of one channel's publications to the broker's listener, each exactly once. Used by
 * the dispatcher's thread only.
 *
 * <p>Outside local mode, it follows the positions of the log. In local mode, which the publish
 * queue starts when Redis rejects publications, it delivers this instance's own publications at
 * once, under a local epoch. It reports a gap on entering and on leaving local mode, and wherever
 * publications are missing.
 *
 * <p>When Redis has accepted the publications of local mode, they arrive again from the log; they
 * are recognized by their sequence and skipped. Publications of other instances that were missed
 * meanwhile are delivered under the local epoch. The channel returns to the positions of the log
 * only when nothing is left to skip. The listener therefore sees two gaps, not one for each
 * publication that is skipped.
 */
public final class ChannelDelivery {

  private static final Logger logger = LoggerFactory.getLogger(ChannelDelivery.class);

  private final Channel channel;
  private final String instanceId;
  private final BrokerCounters counters;
  private final ChannelPublishQueue queue;
  private final PublishQueue publishQueue;
  private final ChannelOutput output;
  private final OwnPublications ownPublications = new OwnPublications();
  private final PublisherSequences peerSequences = new PublisherSequences();

  /** When the channel was opened, in monotonic time. Every loss after it must be reported. */
  private final long openedNanos = System.nanoTime();

  /**
   * The position up to which the log was consumed; null if it was never read. Written by the
   * dispatcher only.
   */
  private volatile @Nullable LogPosition position;

  private boolean localMode;
  private boolean stale = true;
  private Dispatcher.@Nullable LogListener logListener;

  /**
   * Creates the delivery of a channel that the listener has opened.
   *
   * @param position the position up to which its log was read; null if the log could not be read,
   *     in which case the channel starts in local mode
   * @param epoch the epoch that the listener was opened with
   */
  public ChannelDelivery(
      BrokerContext context,
      ChannelPublishQueue queue,
      PublishQueue publishQueue,
      BrokerListener listener,
      @Nullable LogPosition position,
      String epoch) {
    this.channel = queue.channel();
    this.instanceId = context.config().instanceId();
    this.counters = context.counters();
    this.queue = queue;
    this.publishQueue = publishQueue;
    this.position = position;
    this.localMode = position == null;
    this.output = new ChannelOutput(channel, listener, counters, epoch, position);
  }

  /** Passes every entry consumed from now on to a listener, too. */
  void setLogListener(Dispatcher.LogListener listener) {
    logListener = listener;
  }

  Channel channel() {
    return channel;
  }

  ChannelPublishQueue queue() {
    return queue;
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
  void seek(LogPosition target, long missed) {
    position = target;
    addMissed(missed);
  }

  /** Switches to another epoch, because the log has lost its tail. */
  void switchEpoch(LogPosition from, String epoch) {
    position = from.withEpoch(epoch);
    addMissed(Gap.UNKNOWN);
  }

  /** Counts metrics as lost. The next gap reports them. */
  public void addMissed(long metrics) {
    output.addMissed(metrics);
  }

  /**
   * Consumes a message from the bus, if it continues directly after the last consumed entry.
   *
   * @return whether the channel is up to date; otherwise it is stale
   */
  boolean onBusMessage(LogMessage message) {
    LogPosition current = position;
    if (current == null || isConsumed(current, message)) {
      return true;
    }
    if (!continues(current, message)) {
      markStale();
      return false;
    }
    for (LogEntry entry : message.entries()) {
      onLogEntry(message.epoch(), entry);
    }
    flushGap();
    return true;
  }

  private static boolean isConsumed(LogPosition current, LogMessage message) {
    LogPosition end = message.end();
    return end.epoch().equals(current.epoch())
        && (end.offset() < current.offset() || current.isAt(end.offset(), end.millis()));
  }

  private static boolean continues(LogPosition current, LogMessage message) {
    LogEntry first = message.entries().get(0);
    return message.epoch().equals(current.epoch())
        && first.offset() == current.offset() + 1
        && (current.offset() == 0 || first.previousMillis() == current.millis());
  }

  /** Consumes the next entry of the log. */
  void onLogEntry(String epoch, LogEntry entry) {
    LogPosition before = position;
    if (before != null && entry.offset() != before.offset() + 1) {
      long missed = entry.metricsBefore() - before.metrics();
      addMissed(missed < 0 ? Gap.UNKNOWN : missed);
    }
    position = LogPosition.after(epoch, entry);
    if (logListener != null) {
      logListener.onEntry(channel, entry);
    }
    if (shouldDeliver(entry)) {
      deliver(epoch, entry);
    }
  }

  /**
   * Returns whether to deliver an entry. The listener may already have it, or can no longer take it
   * in order. After a log has lost its tail, publishers append their unconfirmed publications
   * again, and other instances may have received those before.
   */
  private boolean shouldDeliver(LogEntry entry) {
    if (entry.publisher().equals(instanceId)) {
      return shouldDeliverOwn(entry);
    }
    return entry.isExternal()
        || peerSequences.advance(entry.publisher(), entry.publisherSequence());
  }

  private boolean shouldDeliverOwn(LogEntry entry) {
    publishQueue.onConfirmed(queue, entry.publisherSequence());
    OwnPublications.Arrival arrival = ownPublications.onLogged(entry.publisherSequence());
    if (arrival == OwnPublications.Arrival.OVERTAKEN) {
      addMissed(entry.count()); // it would be out of order
    }
    return arrival == OwnPublications.Arrival.NEW;
  }

  private void deliver(String epoch, LogEntry entry) {
    if (localMode) {
      deliverNext(entry.payload(), entry.count(), entry.millis());
      return;
    }
    List<Metric> metrics = unpack(entry.payload(), entry.count());
    if (!metrics.isEmpty()) {
      output.deliver(epoch, entry.offset(), entry.millis(), metrics);
    }
  }

  /**
   * Delivers one of our own publications that Redis does not accept.
   *
   * @param millis the log time at which it is delivered
   */
  void onLocalPublication(QueuedPublication publication, long millis) {
    long publisherSequence = publication.publisherSequence();
    if (ownPublications.isDelivered(publisherSequence)) {
      return; // Redis logged it after all, or an earlier outage already delivered it
    }
    boolean wasLocal = localMode;
    enterLocalMode();
    if (wasLocal && !ownPublications.isNext(publisherSequence)) {
      addMissed(Gap.UNKNOWN); // Redis has those between, and failed before we read them
    }
    ownPublications.onDeliveredLocally(publisherSequence);
    deliverNext(publication.payload(), publication.count(), millis);
  }

  private void deliverNext(byte[] payload, long count, long millis) {
    List<Metric> metrics = unpack(payload, count);
    if (!metrics.isEmpty()) {
      output.deliverNext(millis, metrics);
    }
  }

  /** Records that some of our own metrics were dropped before anyone received them. */
  void onLocalLoss(long metrics) {
    if (metrics > 0) {
      enterLocalMode();
      addMissed(metrics);
    }
  }

  private void enterLocalMode() {
    if (!localMode) {
      localMode = true;
      addMissed(Gap.UNKNOWN); // other instances may publish from here on
      output.reportGap(Epoch.random(), 0);
    }
  }

  /** Returns to the positions of the log, if this channel is in local mode. */
  void leaveLocalMode() {
    localMode = false;
    flushGap();
  }

  /** Reports pending gaps to the listener. */
  private void flushGap() {
    LogPosition current = position;
    if (!localMode && current != null) {
      output.reportGapUpTo(current.epoch(), current.offset());
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
      counters.increment(Counter.MALFORMED);
      addMissed(count);
      return List.of();
    }
  }
}
