package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.linux.KernelFiles;
import io.greenlang.metrics.collectors.internal.linux.NetDev;
import io.greenlang.metrics.collectors.internal.support.MonotonicSum;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import oshi.hardware.HardwareAbstractionLayer;

/**
 * Probe of network traffic: bytes, packets, errors and drops, as cumulative totals. {@code
 * network.*} covers the interfaces selected by {@link PhysicalInterfaces}. {@code
 * network.interface.*} covers each interface individually, including the loopback; at most {@value
 * #MAX_INTERFACES}, the selected ones first.
 */
final class NetworkProbe implements SystemProbes.Probe {

  /** A container host can have thousands of interfaces. */
  private static final int MAX_INTERFACES = 16;

  /** One counter, of all interfaces together and of each interface. */
  private record Count(
      String totalName, String interfaceName, InterfaceCounts.Counter counter, MonotonicSum total) {

    static Count of(InterfaceCounts.Counter counter) {
      return new Count(
          "network." + counter.name(),
          "network.interface." + counter.name(),
          counter,
          new MonotonicSum());
    }

    long valueOf(InterfaceCounts item) {
      return counter.reader().applyAsLong(item);
    }
  }

  private final List<Count> counts = InterfaceCounts.COUNTERS.stream().map(Count::of).toList();
  private final Supplier<InterfaceCounts.Snapshot> interfaces;

  /** The names of the interfaces that existed and did not count in the previous collection. */
  private Set<String> uncountedNames = Set.of();

  private boolean everSelected;

  NetworkProbe(HardwareAbstractionLayer hardware, KernelFiles files, MetricsClock clock) {
    this.interfaces =
        files.isReadable(NetDev.PATH)
            ? new LinuxInterfaces(new NetDev(files), clock)::read
            : new OshiInterfaces(hardware, clock)::read;
  }

  @Override
  public void read(SampleCollector samples) {
    InterfaceCounts.Snapshot present = interfaces.get();
    present.counted().forEach(this::addToTotals);
    uncountedNames =
        present.others().stream().map(InterfaceCounts::name).collect(Collectors.toSet());
    everSelected |= !present.counted().isEmpty();
    if (everSelected) {
      counts.forEach(count -> samples.counter(count.totalName, count.total.total()));
    }
    Stream.concat(present.counted().stream(), present.others().stream())
        .limit(MAX_INTERFACES)
        .forEach(item -> writeOne(item, samples));
  }

  /**
   * Adds the growth of an interface to the totals. An interface that appears counts from zero. One
   * that existed and only now counts, such as a former part of another one, adds only its growth.
   */
  private void addToTotals(InterfaceCounts item) {
    boolean existed = uncountedNames.contains(item.name());
    for (Count count : counts) {
      long value = count.valueOf(item);
      if (value < 0) {
        continue; // unknown
      }
      if (existed) {
        count.total.startAt(item.identity(), value);
      }
      count.total.update(item.identity(), value);
    }
  }

  private void writeOne(InterfaceCounts item, SampleCollector samples) {
    SampleCollector interfaceSamples = samples.withTag("interface", item.name());
    for (Count count : counts) {
      interfaceSamples.counter(count.interfaceName, count.valueOf(item));
    }
  }
}
