package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;

/**
 * Reader of the network interfaces of systems other than Linux, through OSHI. Confined to one
 * thread.
 */
final class OshiInterfaces {

  /** Reading one interface costs half a millisecond, and a host can have thousands. */
  private static final int MAX_INTERFACES = 16;

  private final DeviceCache<NetworkIF> interfaces;
  private final PhysicalInterfaces physical =
      new PhysicalInterfaces(name -> false, name -> PhysicalInterfaces.NO_MASTER);

  /** The names of the interfaces that count towards the total, as of the last listing. */
  private Set<String> selectedNames = Set.of();

  OshiInterfaces(HardwareAbstractionLayer hardware, MetricsClock clock) {
    this.interfaces =
        new DeviceCache<>(
            () -> select(hardware.getNetworkIFs(true)), OshiInterfaces::update, clock);
  }

  /** Returns the present interfaces. */
  InterfaceCounts.Snapshot read() {
    List<InterfaceCounts> counted = new ArrayList<>();
    List<InterfaceCounts> others = new ArrayList<>();
    for (NetworkIF item : interfaces.refresh()) {
      (selectedNames.contains(item.getName()) ? counted : others).add(InterfaceCounts.of(item));
    }
    return new InterfaceCounts.Snapshot(counted, others);
  }

  /**
   * Refreshes the counters of an interface. If they decreased, it was re-created: it counts as
   * vanished, because its object still has the index of its predecessor.
   */
  private static boolean update(NetworkIF item) {
    long before = item.getPacketsSent() + item.getPacketsRecv();
    return item.updateAttributes() && item.getPacketsSent() + item.getPacketsRecv() >= before;
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
}
