package io.greenlang.metrics.testkit.model;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.broker.WindowArchive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The log of one channel in memory, which several instances share. Used by one thread. */
final class SharedLog implements ChannelLog, WindowArchive {

  private final List<Publication> publications = new ArrayList<>();
  private final Map<Interval, TreeMap<Long, byte[]>> windows = new EnumMap<>(Interval.class);

  void append(Channel channel, long nowMillis, List<Metric> metrics) {
    publications.add(new Publication(channel, epoch(), offset() + 1, nowMillis, metrics));
  }

  Publication get(long offset) {
    return publications.get(Math.toIntExact(offset - 1));
  }

  @Override
  public String epoch() {
    return "3k9x";
  }

  @Override
  public long offset() {
    return publications.size();
  }

  @Override
  public void forEachPublication(Consumer<Publication> action) {
    publications.forEach(action);
  }

  @Override
  public void forEachWindow(Interval interval, WindowVisitor action) {
    windows.getOrDefault(interval, new TreeMap<>()).forEach(action::visit);
  }

  /** Stores a window; the first stored version wins. */
  @Override
  public void store(
      Channel channel, Interval interval, long startMillis, byte[] packed, Duration retention) {
    windows.computeIfAbsent(interval, key -> new TreeMap<>()).putIfAbsent(startMillis, packed);
  }
}
