package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.support.CachedTags;
import io.greenlang.metrics.collectors.internal.support.HostName;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import io.greenlang.metrics.collectors.internal.system.SystemDescriptions;
import io.greenlang.metrics.collectors.internal.system.SystemProbes;
import java.util.Collection;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import oshi.spi.SystemInfoProvider;

/**
 * Source of this host's metrics, on the channel {@code system.metrics}: processors, memory, file
 * systems, disks, network, this process and the uptime. {@code docs/reference/metrics.md} lists
 * every metric. Values that a system does not report are omitted.
 *
 * <p>A name such as {@code network.bytes_sent} refers to the whole host. Its parts have separate
 * names and an additional tag, such as {@code network.interface.bytes_sent} with {@code
 * interface=eth0}. A subscription to the total therefore never includes its parts, so they cannot
 * be counted twice.
 *
 * <p>All values describe the machine, except those of {@code process.*} and {@code container.*}.
 * The latter are the limits of a container, a pod or a service, and its use. Counters start at the
 * value that the system has counted since boot. The totals of the host do not decrease when a
 * device vanishes. Values from the operating system are at most 300 ms old.
 *
 * <p>Nothing is opened before the first collection, which takes about half a second; later ones
 * take a few milliseconds. Used by one thread at a time, as {@link MetricSource} requires.
 */
public final class SystemMetricSource implements MetricSource {

  private final Tags configuredTags;
  private final Supplier<SystemInfoProvider> provider;

  /** Null until the first collection. */
  private @Nullable Opened opened;

  private record Opened(CachedTags tags, SystemProbes probes) {}

  private SystemMetricSource(Tags configuredTags, Supplier<SystemInfoProvider> provider) {
    this.configuredTags = Objects.requireNonNull(configuredTags, "tags");
    this.provider = provider;
  }

  /** Returns a source whose metrics carry the tag {@code host} with the name of this host. */
  public static SystemMetricSource create() {
    return create(Tags.empty());
  }

  /**
   * Returns a source whose metrics carry {@code tags} and, unless it is among them, {@code host}
   * with the name of this host.
   */
  public static SystemMetricSource create(Tags tags) {
    return new SystemMetricSource(tags, SystemProbes::bestProvider);
  }

  /** Returns a source that uses another OSHI provider. For tests. */
  static SystemMetricSource withProvider(Supplier<SystemInfoProvider> provider) {
    return new SystemMetricSource(Tags.empty(), provider);
  }

  /** Returns {@code system}. */
  @Override
  public String name() {
    return "system";
  }

  @Override
  public Collection<MetricDescription> descriptions() {
    return SystemDescriptions.list();
  }

  /**
   * Reads the host's current values. The metrics have no timestamp, so they get that of their
   * publication.
   */
  @Override
  public Collection<Metric> collect() {
    Opened current = opened;
    if (current == null) {
      // Assigned only when everything has succeeded: a failure here is retried at the next tick.
      CachedTags tags = new CachedTags(HostName.addTo(configuredTags));
      current = new Opened(tags, SystemProbes.open(provider.get(), MetricsClock.system()));
      opened = current;
    }
    SampleCollector samples = new SampleCollector(Channel.SYSTEM, current.tags);
    current.probes.read(samples);
    return samples.metrics();
  }
}
