package io.greenlang.metrics.collectors;

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
 * Reads the host, for the channel {@code system.metrics}. What a system does not tell is left out.
 *
 * <table>
 *   <caption>Gauges, and counters where it says so</caption>
 *   <tr><td>{@code cpu.percent}</td><td>0 to 100, all processors together, since the reading before;
 *       so the first reading has none</td></tr>
 *   <tr><td>{@code cpu.count}</td><td>logical processors</td></tr>
 *   <tr><td>{@code cpu.frequency}</td><td>MHz, the mean over the processors; on systems where asking
 *       is slow, not in every reading</td></tr>
 *   <tr><td>{@code load.1m}, {@code load.5m}, {@code load.15m}</td><td>load averages</td></tr>
 *   <tr><td>{@code memory.total}, {@code memory.available}, {@code memory.used}</td><td>bytes; used
 *       is total less available</td></tr>
 *   <tr><td>{@code memory.percent}</td><td>used, of total</td></tr>
 *   <tr><td>{@code swap.total}, {@code swap.used}</td><td>bytes</td></tr>
 *   <tr><td>{@code disk.total}, {@code disk.used}</td><td>bytes of the file system at the root of the
 *       working directory: {@code /}, or such as {@code C:\}</td></tr>
 *   <tr><td>{@code disk.percent}</td><td>used, of what is not reserved for root, as in {@code df}
 *       </td></tr>
 *   <tr><td>{@code disk.bytes_read}, {@code disk.bytes_written}</td><td>counters, over the disks that
 *       are hardware</td></tr>
 *   <tr><td>{@code network.bytes_sent}, {@code network.bytes_recv}</td><td>counters, over the network
 *       interfaces that are hardware and, in a container, over its own; never the loopback</td></tr>
 *   <tr><td>{@code uptime}</td><td>seconds since the system started</td></tr>
 * </table>
 *
 * <p>Every number is the machine's, also in a container with limits of its own. Counters begin with
 * what the system has counted since it started, and do not fall when a device vanishes. The
 * operating system's numbers are at most 300 ms old.
 *
 * <p>Nothing is opened before the first reading, which takes about half a second; the next ones a
 * few milliseconds. One thread at a time, as {@link MetricSource} promises.
 */
public final class SystemMetricSource implements MetricSource {

  private final Tags given;
  private final Supplier<SystemInfoProvider> system;

  /** Null until the first reading. */
  private @Nullable Opened opened;

  private record Opened(Tags tags, List<Probe> probes) {}

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
      now = new Opened(tagsWithHost(), SystemProbes.open(system.get(), MetricsClock.system()));
      opened = now;
    }
    Readings readings = new Readings(now.tags);
    now.probes.forEach(probe -> probe.read(readings));
    return readings.metrics();
  }

  private Tags tagsWithHost() {
    if (given.get("host") != null) {
      return given;
    }
    return HostName.find().map(host -> given.and("host", host)).orElse(given);
  }
}
