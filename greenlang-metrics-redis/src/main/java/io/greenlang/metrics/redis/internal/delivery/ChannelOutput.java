package io.greenlang.metrics.redis.internal.delivery;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.redis.internal.log.LogPosition;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import io.greenlang.metrics.redis.internal.support.BrokerCounters.Counter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of one channel as the broker's listener receives it: consecutive offsets in an epoch,
 * and a gap wherever the stream jumps or metrics are missing. One thread.
 */
final class ChannelOutput {

  private static final Logger log = LoggerFactory.getLogger(ChannelOutput.class);

  private final Channel channel;
  private final BrokerListener listener;
  private final BrokerCounters counters;
  private String epoch;
  private long offset;

  /** The log time of the last publication since the last gap; it never decreases. */
  private long lastMillis;

  /** Lost metrics that the listener has not been notified of yet. */
  private long missed;

  /**
   * Creates the output of a channel that the listener has opened.
   *
   * @param position the position that it was opened at; null at offset 0
   */
  ChannelOutput(
      Channel channel,
      BrokerListener listener,
      BrokerCounters counters,
      String epoch,
      @Nullable LogPosition position) {
    this.channel = channel;
    this.listener = listener;
    this.counters = counters;
    this.epoch = epoch;
    this.offset = position == null ? 0 : position.offset();
    this.lastMillis = position == null ? Long.MIN_VALUE : position.millis();
  }

  /** Counts metrics as lost. The next gap reports them. */
  void addMissed(long metrics) {
    if (metrics > 0) {
      counters.add(Counter.LOST, metrics);
    }
    missed = metrics == Gap.UNKNOWN || missed == Gap.UNKNOWN ? Gap.UNKNOWN : missed + metrics;
  }

  /** Delivers metrics at a position, after a gap if that is not the next one. */
  void deliver(String atEpoch, long atOffset, long millis, List<Metric> metrics) {
    reportGapUpTo(atEpoch, atOffset - 1);
    accept(millis, metrics);
  }

  /** Delivers metrics at the next offset of the current epoch. */
  void deliverNext(long millis, List<Metric> metrics) {
    reportGapUpTo(epoch, offset);
    accept(millis, metrics);
  }

  private void accept(long millis, List<Metric> metrics) {
    offset++;
    lastMillis = Math.max(lastMillis, millis);
    try {
      listener.onPublication(new Publication(channel, epoch, offset, lastMillis, metrics));
    } catch (RuntimeException | Error e) {
      log.error("Listener failed to handle publication {} of channel {}", offset, channel, e);
    }
  }

  /** Reports a gap if the stream does not end at this position, or if metrics were lost. */
  void reportGapUpTo(String toEpoch, long toOffset) {
    if (missed != 0 || toOffset != offset || !toEpoch.equals(epoch)) {
      reportGap(toEpoch, toOffset);
    }
  }

  /** Reports a gap that ends at a position. */
  void reportGap(String toEpoch, long toOffset) {
    Gap gap = new Gap(channel, toEpoch, toOffset, missed);
    missed = 0;
    epoch = toEpoch;
    offset = toOffset;
    lastMillis = Long.MIN_VALUE;
    try {
      listener.onGap(gap);
    } catch (RuntimeException | Error e) {
      log.error("Listener failed to handle a gap on channel {}", channel, e);
    }
  }
}
