package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.support.MonotonicSum;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;

/**
 * Probe of network traffic: bytes, packets, errors and drops, as cumulative totals. {@code
 * network.*} covers the interfaces selected by {@link PhysicalInterfaces}. {@code
 * network.interface.*} covers each interface individually, including the loopback; at most {@value
 * #MAX_INTERFACES}, the selected ones first.
 */
final class NetworkProbe implements SystemProbes.Probe {

  /** Reading one interface costs half a millisecond, and a container host can have thousands. */
  private static final int MAX_INTERFACES = 16;

  /** One counter, of all interfaces together and of each interface. */
  private static final class Count {
    final String totalName;
    final String interfaceName;
    final ToLongFunction<NetworkIF> reader;
    final MonotonicSum total = new MonotonicSum();

    Count(String name, ToLongFunction<NetworkIF> reader) {
      this.totalName = "network." + name;
      this.interfaceName = "network.interface." + name;
      this.reader = reader;
    }
  }

  private final List<Count> counts =
      List.of(
          new Count("bytes_sent", NetworkIF::getBytesSent),
          new Count("bytes_recv", NetworkIF::getBytesRecv),
          new Count("packets_sent", NetworkIF::getPacketsSent),
          new Count("packets_recv", NetworkIF::getPacketsRecv),
          new Count("errors_sent", NetworkIF::getOutErrors),
          new Count("errors_recv", NetworkIF::getInErrors),
          new Count("drops_recv", NetworkIF::getInDrops));

  private final DeviceCache<NetworkIF> interfaces;
  private final PhysicalInterfaces physical;

  /** The names of the interfaces that count towards the total, as of the last listing. */
  private Set<String> selectedNames = Set.of();

  private boolean everSelected;

  NetworkProbe(HardwareAbstractionLayer hardware, PhysicalInterfaces physical, MetricsClock clock) {
    this.physical = physical;
    this.interfaces =
        new DeviceCache<>(
            () -> select(hardware.getNetworkIFs(true)), NetworkIF::updateAttributes, clock);
  }

  /**
   * Returns all interfaces that count towards the total, followed by as many others as the limit
   * allows.
   */
  private List<NetworkIF> select(List<NetworkIF> all) {
    List<NetworkIF> selected = new ArrayList<>(physical.select(all, NetworkIF::getName));
    selectedNames = selected.stream().map(NetworkIF::getName).collect(Collectors.toSet());
    all.stream()
        .filter(item -> !selectedNames.contains(item.getName()))
        .limit(Math.max(0, MAX_INTERFACES - selected.size()))
        .forEach(selected::add);
    return selected;
  }

  @Override
  public void read(SampleCollector samples) {
    List<NetworkIF> present = interfaces.refresh();
    everSelected |= !selectedNames.isEmpty();
    for (Count count : counts) {
      for (NetworkIF item : present) {
        if (selectedNames.contains(item.getName())) {
          count.total.update(key(item), count.reader.applyAsLong(item));
        }
      }
      if (everSelected) {
        samples.counter(count.totalName, count.total.total());
      }
    }
    present.stream().limit(MAX_INTERFACES).forEach(item -> readOne(item, samples));
  }

  private void readOne(NetworkIF item, SampleCollector samples) {
    SampleCollector interfaceSamples = samples.withTag("interface", item.getName());
    for (Count count : counts) {
      interfaceSamples.counter(count.interfaceName, count.reader.applyAsLong(item));
    }
  }

  /**
   * Returns a key that includes the index. An interface that was removed and re-created has a new
   * index, and counts from zero even if it has already exceeded the old count.
   */
  private static String key(NetworkIF item) {
    return item.getName() + "#" + item.getIndex();
  }
}
