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
 * An in-process broker that delivers each publication on the publisher's thread. It has no queue:
 * publishers of one channel wait for each other.
 */
public final class LocalBroker implements Broker {

  /** Random for each broker: a restarted instance begins a new epoch. */
  private final String epoch =
      Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);

  private final MetricsClock clock;
  private final Map<Channel, Sequencer> sequencers = new ConcurrentHashMap<>();
  private volatile @Nullable BrokerListener listener;
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
  public synchronized void start(BrokerListener listener) {
    if (this.listener != null) {
      throw new IllegalStateException("the broker was already started");
    }
    this.listener = listener;
  }

  @Override
  public void openChannel(Channel channel) {
    BrokerListener listener = requireRunning();
    if (!sequencers.containsKey(channel)) {
      open(channel, listener);
    }
  }

  @Override
  public void publish(Channel channel, List<Metric> metrics) {
    BrokerListener listener = requireRunning();
    Sequencer sequencer = sequencers.get(channel);
    if (sequencer == null) {
      throw new IllegalStateException(
          "channel " + channel + " was not opened; call openChannel first");
    }
    sequencer.publish(channel, metrics, listener);
  }

  /** Passes the revocation to the listener. Nothing outlives the process. */
  @Override
  public void revoke(Revocation revocation) {
    requireRunning().onRevocations(List.of(revocation));
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
    BrokerListener listener = this.listener;
    if (listener == null || closed) {
      throw new IllegalStateException("the broker is " + (closed ? "closed" : "not started"));
    }
    return listener;
  }

  /** Opens a channel unless another thread has done so meanwhile. */
  private synchronized void open(Channel channel, BrokerListener listener) {
    if (!sequencers.containsKey(channel)) {
      listener.onChannelOpened(channel, ChannelLog.empty(epoch));
      sequencers.put(channel, new Sequencer());
    }
  }

  /**
   * The numbering and delivery of a channel in one step, so that publications cannot overtake each
   * other.
   */
  private final class Sequencer {
    private final ReentrantLock lock = new ReentrantLock();
    private long offset;

    void publish(Channel channel, List<Metric> metrics, BrokerListener listener) {
      lock.lock();
      try {
        listener.onPublication(
            new Publication(channel, epoch, ++offset, clock.wallTimeMillis(), metrics));
      } finally {
        lock.unlock();
      }
    }
  }
}
