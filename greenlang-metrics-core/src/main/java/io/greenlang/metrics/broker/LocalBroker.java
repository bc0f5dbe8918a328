package io.greenlang.metrics.broker;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
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

  private final Map<Channel, Sequencer> sequencers = new ConcurrentHashMap<>();
  private volatile @Nullable Consumer<Publication> receiver;
  private volatile boolean closed;

  @Override
  public synchronized void start(Consumer<Publication> toReceiver) {
    if (receiver != null) {
      throw new IllegalStateException("the broker is started already");
    }
    receiver = toReceiver;
  }

  @Override
  public void publish(Channel channel, List<Metric> metrics) {
    Consumer<Publication> to = receiver;
    if (to == null || closed) {
      throw new IllegalStateException("the broker is " + (closed ? "closed" : "not started"));
    }
    sequencers.computeIfAbsent(channel, c -> new Sequencer()).publish(channel, metrics, to);
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

  /** Makes numbering and handing over one step, so that no publication overtakes another. */
  private final class Sequencer {
    private final ReentrantLock lock = new ReentrantLock();
    private long offset;

    void publish(Channel channel, List<Metric> metrics, Consumer<Publication> to) {
      lock.lock();
      try {
        to.accept(new Publication(channel, epoch, ++offset, metrics));
      } finally {
        lock.unlock();
      }
    }
  }
}
