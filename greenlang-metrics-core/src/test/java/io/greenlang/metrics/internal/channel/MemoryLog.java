package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.broker.WindowArchive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * An in-memory log of one channel, shared by instances that start and stop. The test delivers the
 * publications itself. The first stored version of a window wins, as in a real archive.
 */
class MemoryLog implements ChannelLog, WindowArchive, Broker {

  static final String EPOCH = "e";

  private final MetricsClock clock;
  private final Map<Interval, TreeMap<Long, byte[]>> windows = new EnumMap<>(Interval.class);
  private final List<Publication> publications = new ArrayList<>();
  private long latestOffset;

  MemoryLog(MetricsClock clock) {
    this.clock = clock;
  }

  /** Logs a publication and returns it. */
  Publication append(Channel channel, List<Metric> metrics) {
    Publication logged =
        new Publication(channel, EPOCH, offset() + 1, clock.wallTimeMillis(), metrics);
    publications.add(logged);
    latestOffset = logged.offset();
    return logged;
  }

  /** Removes the publications before a time. */
  void trim(long logMillis) {
    publications.removeIf(each -> each.logMillis() < logMillis);
  }

  /** Replaces a window by the given number of meaningless bytes. */
  void corrupt(Interval interval, long startMillis, int bytes) {
    Objects.requireNonNull(windows.get(interval)).put(startMillis, new byte[bytes]);
  }

  @Override
  public String epoch() {
    return EPOCH;
  }

  @Override
  public long offset() {
    return latestOffset;
  }

  @Override
  public void forEachPublication(Consumer<Publication> action) {
    publications.forEach(action);
  }

  @Override
  public void forEachWindow(Interval interval, WindowVisitor action) {
    windows.getOrDefault(interval, new TreeMap<>()).forEach(action::visit);
  }

  @Override
  public void store(
      Channel channel, Interval interval, long startMillis, byte[] packed, Duration retention) {
    windows.computeIfAbsent(interval, i -> new TreeMap<>()).putIfAbsent(startMillis, packed);
  }

  @Override
  public long watermarkMillis() {
    return clock.wallTimeMillis();
  }

  @Override
  public WindowArchive archive() {
    return this;
  }

  @Override
  public BrokerState state() {
    return BrokerState.SINGLE_INSTANCE;
  }

  @Override
  public void start(BrokerListener receiver) {
    throw new UnsupportedOperationException("the test delivers publications itself");
  }

  @Override
  public void openChannel(Channel channel) {
    throw new UnsupportedOperationException("the test opens channels itself");
  }

  @Override
  public void publish(Channel channel, List<Metric> metrics) {
    throw new UnsupportedOperationException("the test delivers publications itself");
  }

  @Override
  public void close() {
    // nothing is open
  }
}
