package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collect.MetricSource;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import oshi.spi.SystemInfoProvider;

/**
 * Reads the host, for the channel {@code system.metrics}: processors, memory, file systems, disks,
 * network, this process and the uptime. {@code docs/collectors.md} lists every metric. What a
 * system does not tell is left out.
 *
 * <p>A name such as {@code network.bytes_sent} stands for the whole host. Its parts have names and
 * a tag of their own, such as {@code network.interface.bytes_sent} with {@code interface=eth0}: so
 * who asks for the one is never sent, and never adds up, the others.
 *
 * <p>Every number is the machine's, also in a container with limits of its own. Counters begin with
 * what the system has counted since it started, and those of the whole do not fall when a device
 * vanishes. The operating system's numbers are at most 300 ms old.
 *
 * <p>Nothing is opened before the first reading, which takes about half a second; the next ones a
 * few milliseconds. One thread at a time, as {@link MetricSource} promises.
 */
public final class SystemMetricSource implements MetricSource {

  private final Tags given;
  private final Supplier<SystemInfoProvider> system;

  /** Null until the first reading. */
  private @Nullable Opened opened;

  private record Opened(PartTags tags, List<Probe> probes) {}

  private SystemMetricSource(Tags given, Supplier<SystemInfoProvider> system) {
    this.given = Objects.requireNonNull(given, "tags");
    this.system = system;
  }

  /** A source whose metrics are tagged {@code host} with the name of this host. */
  public static SystemMetricSource create() {
    return create(Tags.empty());
  }

  /**
   * A source whose metrics get {@code tags}, and {@code host} with the name of this host unless it
   * is among them.
   */
  public static SystemMetricSource create(Tags tags) {
    return new SystemMetricSource(tags, SystemProbes::bestProvider);
  }

  /** For tests: a source on another way into the system. */
  static SystemMetricSource on(Supplier<SystemInfoProvider> system) {
    return new SystemMetricSource(Tags.empty(), system);
  }

  /** {@code system}. */
  @Override
  public String name() {
    return "system";
  }

  /** Reads the host now; the metrics carry no time, so they get that of their publication. */
  @Override
  public Collection<Metric> collect() {
    Opened now = opened;
    if (now == null) {
      // Kept only when all of it succeeded: what fails here is opened anew at the next tick.
      PartTags tags = new PartTags(HostName.addTo(given));
      now = new Opened(tags, SystemProbes.open(system.get(), MetricsClock.system()));
      opened = now;
    }
    Readings readings = new Readings(Channel.SYSTEM, now.tags);
    now.probes.forEach(probe -> probe.read(readings));
    return readings.metrics();
  }
}
