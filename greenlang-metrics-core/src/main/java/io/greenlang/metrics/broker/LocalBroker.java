package io.greenlang.metrics.broker;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The broker of an instance that is alone: hands a publication over in the same call, on the
 * publisher's thread. It has no queue, so nothing in it can grow: publishers of one channel wait
 * for each other.
 */
public final class LocalBroker implements Broker {

  /** Drawn anew by each broker: a restarted instance begins a new numbering. */
  private final String epoch =
      Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);

  private final MetricsClock clock;
  private final Map<Channel, Sequencer> sequencers = new ConcurrentHashMap<>();
  private volatile @Nullable BrokerReceiver receiver;
  private volatile boolean closed;

  /** A broker that is not started, and logs by that clock's wall time. */
  public LocalBroker(MetricsClock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized void start(BrokerReceiver toReceiver) {
    if (receiver != null) {
      throw new IllegalStateException("the broker is started already");
    }
    receiver = toReceiver;
  }

  @Override
  public void add(Channel channel) {
    BrokerReceiver to = running();
    if (!sequencers.containsKey(channel)) {
      open(channel, to);
    }
  }

  @Override
  public void publish(Channel channel, List<Metric> metrics) {
    BrokerReceiver to = running();
    Sequencer sequencer = sequencers.get(channel);
    if (sequencer == null) {
      throw new IllegalStateException("channel " + channel + " was not added");
    }
    sequencer.publish(channel, metrics, to);
  }

  @Override
  public long logMillis() {
    return clock.wallMillis();
  }

  /** None: with the process everything ends. */
  @Override
  public @Nullable WindowArchive archive() {
    return null;
  }

  /** One node: this one. */
  @Override
  public BrokerState state() {
    return BrokerState.ALONE;
  }

  @Override
  public void close() {
    closed = true;
  }

  private BrokerReceiver running() {
    BrokerReceiver to = receiver;
    if (to == null || closed) {
      throw new IllegalStateException("the broker is " + (closed ? "closed" : "not started"));
    }
    return to;
  }

  /** Whoever comes second finds the channel open. */
  private synchronized void open(Channel channel, BrokerReceiver to) {
    if (!sequencers.containsKey(channel)) {
      to.open(channel, ChannelLog.empty(epoch));
      sequencers.put(channel, new Sequencer());
    }
  }

  /** Makes numbering and handing over one step, so that no publication overtakes another. */
  private final class Sequencer {
    private final ReentrantLock lock = new ReentrantLock();
    private long offset;

    void publish(Channel channel, List<Metric> metrics, BrokerReceiver to) {
      lock.lock();
      try {
        to.accept(new Publication(channel, epoch, ++offset, clock.wallMillis(), metrics));
      } finally {
        lock.unlock();
      }
    }
  }
}
