package io.greenlang.metrics.testkit.model;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.broker.WindowArchive;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.channel.ChannelRegistry;
import io.greenlang.metrics.internal.channel.ChannelStream;
import java.util.List;
import java.util.Objects;

/**
 * A server instance without threads and sockets. It receives the publications of the shared log
 * when the test delivers them, and can restart. Used by one thread.
 */
final class ModelInstance {

  private final Channel channel;
  private final SharedLog log;
  private final ManualClock clock;
  private final ChannelLimits limits;
  private ChannelRegistry registry;
  private ChannelStream stream;

  /** The offset of the latest delivered publication. */
  private long delivered;

  ModelInstance(Channel channel, SharedLog log, ManualClock clock, ChannelLimits limits) {
    this.channel = channel;
    this.log = log;
    this.clock = clock;
    this.limits = limits;
    this.registry = newRegistry();
    this.stream = open();
  }

  /** Replaces the instance by a new one, which recovers from the log. */
  void restart() {
    registry = newRegistry();
    stream = open();
  }

  private ChannelRegistry newRegistry() {
    return new ChannelRegistry(
        limits, clock, Aggregators.builtIn(clock), Retention.defaults(), new LogBroker());
  }

  private ChannelStream open() {
    delivered = log.offset();
    registry.onChannelOpened(channel, log);
    return Objects.requireNonNull(registry.find(channel));
  }

  ChannelStream stream() {
    return stream;
  }

  long delivered() {
    return delivered;
  }

  /** Delivers the publications up to and including an offset. */
  void deliver(long offset) {
    while (delivered < offset) {
      registry.onPublication(log.get(++delivered));
    }
  }

  /** Closes windows that have ended. */
  void tick() {
    registry.tick();
  }

  /** Returns how often a client was lapped. */
  long laps() {
    return registry.stats().lappedCursors();
  }

  /** Returns the time up to which everything was delivered. */
  long watermarkMillis() {
    return delivered < log.offset() ? log.get(delivered + 1).logMillis() : clock.wallTimeMillis();
  }

  /** The broker as far as an instance needs it when the test delivers the publications. */
  private final class LogBroker implements Broker {

    @Override
    public long watermarkMillis() {
      return ModelInstance.this.watermarkMillis();
    }

    @Override
    public WindowArchive archive() {
      return log;
    }

    @Override
    public BrokerState state() {
      return BrokerState.SINGLE_INSTANCE;
    }

    @Override
    public void start(BrokerListener listener) {
      throw new UnsupportedOperationException("the test delivers publications itself");
    }

    @Override
    public void openChannel(Channel opened) {
      throw new UnsupportedOperationException("the test opens channels itself");
    }

    @Override
    public void publish(Channel target, List<Metric> metrics) {
      throw new UnsupportedOperationException("the test appends publications itself");
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
