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
 * An in-process broker that delivers each publication synchronously, on the publisher's thread. It
 * has no queue, so it cannot accumulate a backlog: publishers of one channel wait for each other.
 */
public final class LocalBroker implements Broker {

  /** Random for each broker: a restarted instance begins a new epoch. */
  private final String epoch =
      Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);

  private final MetricsClock clock;
  private final Map<Channel, Sequencer> sequencers = new ConcurrentHashMap<>();
  private volatile @Nullable BrokerListener receiver;
  private volatile boolean closed;

  /**
   * Creates a broker that is not started.
   *
   * @param clock provides the wall time at which publications are logged
   */
  public LocalBroker(MetricsClock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized void start(BrokerListener receiver) {
    if (this.receiver != null) {
      throw new IllegalStateException("the broker was already started");
    }
    this.receiver = receiver;
  }

  @Override
  public void openChannel(Channel channel) {
    BrokerListener receiver = requireRunning();
    if (!sequencers.containsKey(channel)) {
      open(channel, receiver);
    }
  }

  @Override
  public void publish(Channel channel, List<Metric> metrics) {
    BrokerListener receiver = requireRunning();
    Sequencer sequencer = sequencers.get(channel);
    if (sequencer == null) {
      throw new IllegalStateException("channel " + channel + " was not added; call add first");
    }
    sequencer.publish(channel, metrics, receiver);
  }

  @Override
  public long watermarkMillis() {
    return clock.wallTimeMillis();
  }

  /** Returns null: nothing outlives the process. */
  @Override
  public @Nullable WindowArchive archive() {
    return null;
  }

  /** Returns the state of a single instance. */
  @Override
  public BrokerState state() {
    return BrokerState.SINGLE_INSTANCE;
  }

  @Override
  public void close() {
    closed = true;
  }

  private BrokerListener requireRunning() {
    BrokerListener receiver = this.receiver;
    if (receiver == null || closed) {
      throw new IllegalStateException("the broker is " + (closed ? "closed" : "not started"));
    }
    return receiver;
  }

  /** Opens a channel unless another thread has done so meanwhile. */
  private synchronized void open(Channel channel, BrokerListener receiver) {
    if (!sequencers.containsKey(channel)) {
      receiver.onChannelOpened(channel, ChannelLog.empty(epoch));
      sequencers.put(channel, new Sequencer());
    }
  }

  /** Assigns offsets and delivers in one step, so that publications cannot overtake each other. */
  private final class Sequencer {
    private final ReentrantLock lock = new ReentrantLock();
    private long offset;

    void publish(Channel channel, List<Metric> metrics, BrokerListener receiver) {
      lock.lock();
      try {
        receiver.onPublication(
            new Publication(channel, epoch, ++offset, clock.wallTimeMillis(), metrics));
      } finally {
        lock.unlock();
      }
    }
  }
}
