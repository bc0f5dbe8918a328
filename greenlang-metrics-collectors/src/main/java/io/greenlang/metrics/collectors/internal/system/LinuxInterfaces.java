package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.linux.NetDev;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reader of the network interfaces of Linux. It reads the counters of all interfaces in one file,
 * at each collection. The selection of those that count towards the total queries several files of
 * each interface. It is repeated when an interface appears, vanishes, is re-created or gets a
 * master, and periodically. Confined to one thread.
 */
final class LinuxInterfaces {

  static final Duration SELECTION_INTERVAL = Duration.ofSeconds(30);

  /** More changes than this within one collection are left to the next one. */
  private static final int MAX_SELECTIONS = 3;

  /** The properties of a selected interface; a change requires another selection. */
  private record Properties(long index, String master) {}

  private final NetDev interfaces;
  private final PhysicalInterfaces physical;
  private final MetricsClock clock;

  /**
   * Whether a device is behind an interface. Remembered, because the interfaces of containers come
   * and go all the time on a host with thousands of them.
   */
  private final Map<String, Boolean> hasDevice = new HashMap<>();

  /** The names of all interfaces at the time of the selection. */
  private Set<String> knownNames = Set.of();

  /** The selected interfaces by name. */
  private Map<String, Properties> selected = Map.of();

  private long selectedNanos;

  LinuxInterfaces(NetDev interfaces, MetricsClock clock) {
    this.interfaces = interfaces;
    this.physical = new PhysicalInterfaces(this::hasDevice, interfaces::master);
    this.clock = clock;
  }

  /**
   * Returns the present interfaces. The indexes are verified after the counters were read, so that
   * the counters of an interface that is re-created meanwhile are not taken for those of its
   * successor.
   */
  InterfaceCounts.Snapshot read() {
    List<NetDev.Line> lines = interfaces.read();
    for (int i = 0; i < MAX_SELECTIONS && isOutdated(lines); i++) {
      select(lines);
      lines = interfaces.read();
    }
    List<InterfaceCounts> counted = new ArrayList<>();
    List<InterfaceCounts> others = new ArrayList<>();
    for (NetDev.Line line : lines) {
      Properties properties = selected.get(line.name());
      if (properties == null) {
        others.add(InterfaceCounts.of(line, line.name()));
      } else {
        counted.add(InterfaceCounts.of(line, identity(line.name(), properties.index)));
      }
    }
    return new InterfaceCounts.Snapshot(counted, others);
  }

  private boolean isOutdated(List<NetDev.Line> lines) {
    return isDue()
        || !names(lines).equals(knownNames)
        || selected.entrySet().stream()
            .anyMatch(known -> !propertiesOf(known.getKey()).equals(known.getValue()));
  }

  private boolean isDue() {
    return clock.monotonicNanos() - selectedNanos >= SELECTION_INTERVAL.toNanos();
  }

  private void select(List<NetDev.Line> lines) {
    knownNames = names(lines);
    hasDevice.keySet().retainAll(isDue() ? Set.of() : knownNames);
    hasDevice.keySet().removeAll(selected.keySet()); // one of them may be re-created
    selected =
        physical.select(lines, NetDev.Line::name).stream()
            .map(NetDev.Line::name)
            .collect(Collectors.toMap(Function.identity(), this::propertiesOf, (a, b) -> b));
    selectedNanos = clock.monotonicNanos();
  }

  private boolean hasDevice(String name) {
    return hasDevice.computeIfAbsent(name, interfaces::hasDevice);
  }

  private Properties propertiesOf(String name) {
    return new Properties(interfaces.index(name), interfaces.master(name));
  }

  private static Set<String> names(List<NetDev.Line> lines) {
    return lines.stream().map(NetDev.Line::name).collect(Collectors.toSet());
  }

  /** Returns the index, which survives a rename; the name if the system has no index. */
  private static String identity(String name, long index) {
    return index < 0 ? name : Long.toString(index);
  }
}
