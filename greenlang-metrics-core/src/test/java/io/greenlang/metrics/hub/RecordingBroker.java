package io.greenlang.metrics.hub;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.broker.WindowArchive;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A broker that records publications and delivers them. Any thread. */
final class RecordingBroker implements Broker {

  static final Instant NOW = Instant.parse("2026-11-22T12:00:00.123Z");

  final List<Publication> publications = new CopyOnWriteArrayList<>();
  volatile boolean closed;
  volatile BrokerState state = BrokerState.SINGLE_INSTANCE;
  volatile Runnable onLogMillis = () -> {};
  private volatile @Nullable BrokerListener receiver;

  @Override
  public void start(BrokerListener receiver) {
    this.receiver = receiver;
  }

  @Override
  public void openChannel(Channel channel) {
    Objects.requireNonNull(receiver).onChannelOpened(channel, ChannelLog.empty("e"));
  }

  @Override
  public void publish(Channel channel, List<Metric> metrics) {
    if (closed) {
      throw new IllegalStateException("the broker is closed");
    }
    Publication publication =
        new Publication(channel, "e", publications.size() + 1, watermarkMillis(), metrics);
    publications.add(publication);
    Objects.requireNonNull(receiver).onPublication(publication);
  }

  @Override
  public long watermarkMillis() {
    onLogMillis.run();
    return NOW.toEpochMilli();
  }

  @Override
  public @Nullable WindowArchive archive() {
    return null;
  }

  @Override
  public BrokerState state() {
    return state;
  }

  @Override
  public void close() {
    closed = true;
  }
}
