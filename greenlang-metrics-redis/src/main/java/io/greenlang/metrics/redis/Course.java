package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.broker.BrokerReceiver;
import io.greenlang.metrics.broker.Interruption;
import io.greenlang.metrics.broker.Publication;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one channel's publications go to the receiver, each once: those of the log by the log's
 * numbers, or, while this instance is <em>alone</em> on the channel, its own at once and by numbers
 * of their own. Where the two part and meet again, and where anything is missing, the receiver is
 * told. Used by the dispatcher's thread.
 *
 * <p>What was handed over while alone comes again by the log, when Redis has it; it is known by its
 * sequence and passed over. Publications of others that were missed meanwhile are then taken under
 * the local numbers, and only when nothing is left to pass over, the log's numbers begin again. So
 * the receiver hears of two breaks, not of one at each publication that is passed over.
 */
final class Course {

  private static final Logger logger = LoggerFactory.getLogger(Course.class);

  private final Channel channel;
  private final String node;
  private final BrokerReceiver receiver;
  private final Counters counters;
  private final Lane lane;
  private final Outbox outbox;

  /** When it was opened, by monotonic time: from then on, nothing may be missing unannounced. */
  private final long openedNanos;

  /** How far the log was taken; null if it was never seen. Written by the dispatcher only. */
  private volatile @Nullable LogPosition position;

  private String toldEpoch;
  private long toldOffset;
  private long toldMillis;
  private boolean alone;

  /** Metrics that are missing, and the receiver does not know yet. */
  private long owed;

  /** The newest of our own publications that came by the log. */
  private long ownFromLog;

  private final NodeSequences others = new NodeSequences();

  private final SequenceRanges handedOver = new SequenceRanges();

  /** The newest of our own publications that was handed over while alone. */
  private long newestHandedOver;

  private boolean stale = true;
  private @Nullable ForeignPublishers foreign;

  /**
   * A channel that the receiver has opened.
   *
   * @param position where its log was read to; null if it could not be read, then it begins alone
   * @param epoch what the receiver was told
   */
  Course(
      Settings settings,
      Lane lane,
      Outbox outbox,
      BrokerReceiver receiver,
      Counters counters,
      @Nullable LogPosition position,
      String epoch) {
    this.channel = lane.channel;
    this.node = settings.node();
    this.lane = lane;
    this.outbox = outbox;
    this.receiver = receiver;
    this.counters = counters;
    this.position = position;
    this.toldEpoch = epoch;
    this.toldOffset = position == null ? 0 : position.offset();
    this.toldMillis = position == null ? Long.MIN_VALUE : position.millis();
    this.alone = position == null;
    this.openedNanos = System.nanoTime();
  }

  /** Who is told of every entry that is taken from now on. */
  void tell(ForeignPublishers listener) {
    foreign = listener;
  }

  Channel channel() {
    return channel;
  }

  Lane lane() {
    return lane;
  }

  long openedNanos() {
    return openedNanos;
  }

  /** How far the log was taken; null if it was never seen. Any thread. */
  @Nullable LogPosition position() {
    return position;
  }

  /** Whether the log has to be read before the bus can be followed. */
  boolean isStale() {
    return stale;
  }

  void markStale() {
    stale = true;
  }

  void markFresh() {
    stale = false;
  }

  boolean isAlone() {
    return alone;
  }

  /** Goes on from a place in the log, whatever was before. */
  void jump(LogPosition to, long missed) {
    position = to;
    owe(missed);
  }

  /** Takes notice that the log has lost its end, so another epoch has begun. */
  void turn(LogPosition from, String epoch) {
    position = from.in(epoch);
    owe(Interruption.UNKNOWN);
  }

  /** Takes the next of the log. */
  void take(String epoch, LogEntry entry) {
    LogPosition before = position;
    if (before != null && entry.offset() != before.offset() + 1) {
      long missed = entry.metricsBefore() - before.metrics();
      owe(missed < 0 ? Interruption.UNKNOWN : missed);
    }
    position = LogPosition.behind(epoch, entry);
    if (foreign != null) {
      foreign.seen(channel, entry);
    }
    if (isPassedOver(entry)) {
      return;
    }
    List<Metric> metrics = unpack(entry.payload(), entry.count());
    if (metrics.isEmpty()) {
      return;
    }
    if (alone) {
      settleAlone();
      accept(toldEpoch, toldOffset + 1, entry.millis(), metrics);
      return;
    }
    tellUpTo(epoch, entry.offset() - 1);
    accept(epoch, entry.offset(), entry.millis(), metrics);
  }

  /**
   * Whether the receiver has an entry, or must not have it any more. A log that has lost its end is
   * given once more what a node was not told to be in it, and others may have heard that before.
   */
  private boolean isPassedOver(LogEntry entry) {
    if (!entry.node().equals(node)) {
      return !entry.node().startsWith(ForeignBacklog.MARK)
          && !others.advance(entry.node(), entry.sequence());
    }
    boolean known = entry.sequence() <= ownFromLog || handedOver.contains(entry.sequence());
    outbox.heard(lane, entry.sequence());
    handedOver.forgetBefore(entry.sequence());
    ownFromLog = Math.max(ownFromLog, entry.sequence());
    if (!known && entry.sequence() < newestHandedOver) {
      // Redis had it long before we were alone, and it was not heard. Newer ones of the same
      // series have gone out since: it would come out of order.
      owe(entry.count());
      return true;
    }
    return known;
  }

  /** Hands over one of our own that Redis does not take; {@code millis} is when it is. */
  void takeLocal(Outgoing own, long millis) {
    if (own.sequence() <= ownFromLog || handedOver.contains(own.sequence())) {
      return; // it had got through, or was handed over when Redis was away before
    }
    boolean wasAlone = alone;
    part();
    if (wasAlone && own.sequence() > Math.max(ownFromLog, newestHandedOver) + 1) {
      owe(Interruption.UNKNOWN); // Redis took those between, and is away again before we read them
    }
    handedOver.add(own.sequence());
    newestHandedOver = Math.max(newestHandedOver, own.sequence());
    List<Metric> metrics = unpack(own.payload(), own.count());
    if (!metrics.isEmpty()) {
      settleAlone();
      accept(toldEpoch, toldOffset + 1, millis, metrics);
    }
  }

  /** Takes notice that some of our own were let go before anybody had them. */
  void missLocal(long metrics) {
    if (metrics > 0) {
      part();
      owe(metrics);
    }
  }

  private void part() {
    if (!alone) {
      alone = true;
      owe(Interruption.UNKNOWN); // others may publish from here on
      tell(Epochs.next(), 0);
    }
  }

  private void settleAlone() {
    if (owed != 0) {
      tell(toldEpoch, toldOffset);
    }
  }

  /** Goes on by the log's numbers, if it did not. */
  void join() {
    alone = false;
    settle();
  }

  /** Tells the receiver what it does not know yet. */
  void settle() {
    LogPosition at = position;
    if (!alone && at != null) {
      tellUpTo(at.epoch(), at.offset());
    }
  }

  void owe(long metrics) {
    if (metrics > 0) {
      counters.lost.add(metrics);
    }
    owed =
        metrics == Interruption.UNKNOWN || owed == Interruption.UNKNOWN
            ? Interruption.UNKNOWN
            : owed + metrics;
  }

  private void tellUpTo(String epoch, long offset) {
    if (owed != 0 || offset != toldOffset || !epoch.equals(toldEpoch)) {
      tell(epoch, offset);
    }
  }

  private void tell(String epoch, long offset) {
    long missed = owed;
    owed = 0;
    toldEpoch = epoch;
    toldOffset = offset;
    toldMillis = Long.MIN_VALUE;
    try {
      receiver.interrupt(new Interruption(channel, epoch, offset, missed));
    } catch (RuntimeException e) {
      logger.error("an interruption of channel {} was not taken", channel, e);
    }
  }

  private void accept(String epoch, long offset, long millis, List<Metric> metrics) {
    toldOffset = offset;
    toldMillis = Math.max(toldMillis, millis);
    try {
      receiver.accept(new Publication(channel, epoch, offset, toldMillis, metrics));
    } catch (RuntimeException e) {
      logger.error("publication {} of channel {} was not taken", offset, channel, e);
    }
  }

  /** Nothing if it is not what it should be, which is counted, and owed. */
  private List<Metric> unpack(byte[] payload, long count) {
    try {
      return PublicationCodec.unpack(channel, payload);
    } catch (Malformed e) {
      logger.debug("a publication of {} is skipped", channel, e);
      counters.malformed.increment();
      owe(count);
      return List.of();
    }
  }
}
