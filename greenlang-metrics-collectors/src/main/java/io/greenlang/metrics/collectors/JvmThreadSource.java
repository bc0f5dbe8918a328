package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collect.MetricSource;
import java.lang.Thread.State;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code threads.by_state} on {@code jvm.metrics}, with the tag {@code state}. Looking at every
 * thread halts the virtual machine for a moment that grows with their number, so it is done every 5
 * seconds, and only while somebody watches.
 */
final class JvmThreadSource implements MetricSource {

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final PartTags tags = new PartTags(Tags.empty());

  @Override
  public String name() {
    return "jvm-threads";
  }

  @Override
  public Duration interval() {
    return Duration.ofSeconds(5);
  }

  @Override
  public Channel idlesWithout() {
    return JvmMetricSource.CHANNEL;
  }

  @Override
  public Collection<Metric> collect() {
    Map<State, Integer> counts = new EnumMap<>(State.class);
    for (@Nullable ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (info != null) { // null when the thread has ended since
        counts.merge(info.getThreadState(), 1, Integer::sum);
      }
    }
    Readings readings = new Readings(JvmMetricSource.CHANNEL, tags);
    for (State state : State.values()) {
      readings
          .of("state", state.name().toLowerCase(Locale.ROOT))
          .gauge("threads.by_state", counts.getOrDefault(state, 0));
    }
    return readings.metrics();
  }
}
