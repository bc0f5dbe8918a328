package io.greenlang.metrics.collectors.internal.jvm;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.support.CachedTags;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.lang.Thread.State;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Source of {@code threads.by_state} on {@code jvm.metrics}, with the tag {@code state}. Inspecting
 * every thread pauses the JVM for a time that grows with the number of threads. It is therefore
 * done every 5 seconds, and only while the channel has subscribers.
 */
public final class JvmThreadSource implements MetricSource {

  private final Channel channel;
  private final List<MetricDescription> descriptions;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final CachedTags tags = new CachedTags(Tags.empty());

  /** Creates a source that publishes on {@code channel} while it has subscribers. */
  public JvmThreadSource(Channel channel) {
    this.channel = channel;
    this.descriptions = JvmDescriptions.ofThreadStates(channel);
  }

  @Override
  public String name() {
    return "jvm-threads";
  }

  @Override
  public Duration interval() {
    return Duration.ofSeconds(5);
  }

  @Override
  public Channel demandChannel() {
    return channel;
  }

  @Override
  public Collection<MetricDescription> descriptions() {
    return descriptions;
  }

  @Override
  public Collection<Metric> collect() {
    Map<State, Integer> counts = new EnumMap<>(State.class);
    for (@Nullable ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (info != null) { // null if the thread has ended in the meantime
        counts.merge(info.getThreadState(), 1, Integer::sum);
      }
    }
    SampleCollector samples = new SampleCollector(channel, tags);
    for (State state : State.values()) {
      samples
          .withTag("state", state.name().toLowerCase(Locale.ROOT))
          .gauge("threads.by_state", counts.getOrDefault(state, 0));
    }
    return samples.metrics();
  }
}
