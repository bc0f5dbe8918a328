package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;

/**
 * Bytes, packets, errors and drops as running totals: {@code network.*} over the interfaces that
 * {@link PhysicalInterfaces} picks, and {@code network.interface.*} of each interface by itself,
 * the loopback too; of {@value #MAX_INTERFACES}, the picked ones first.
 */
final class NetworkProbe implements Probe {

  /** Reading one costs half a millisecond, and a host of containers can have thousands. */
  private static final int MAX_INTERFACES = 16;

  /** One of the numbers, of all interfaces together and of each. */
  private static final class Count {
    final String ofAll;
    final String ofOne;
    final ToLongFunction<NetworkIF> reading;
    final RunningTotals total = new RunningTotals();

    Count(String name, ToLongFunction<NetworkIF> reading) {
      this.ofAll = "network." + name;
      this.ofOne = "network.interface." + name;
      this.reading = reading;
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

  private final Devices<NetworkIF> interfaces;
  private final PhysicalInterfaces physical;

  /** The names of those that count in the total, as of the last listing. */
  private Set<String> counting = Set.of();

  private boolean seenAny;

  NetworkProbe(HardwareAbstractionLayer hardware, PhysicalInterfaces physical, MetricsClock clock) {
    this.physical = physical;
    this.interfaces =
        new Devices<>(
            () -> chosen(hardware.getNetworkIFs(true)), NetworkIF::updateAttributes, clock);
  }

  /** All that count, then of the others as many as there is room for. */
  private List<NetworkIF> chosen(List<NetworkIF> all) {
    List<NetworkIF> chosen = new ArrayList<>(physical.among(all, NetworkIF::getName));
    counting = chosen.stream().map(NetworkIF::getName).collect(Collectors.toSet());
    all.stream()
        .filter(one -> !counting.contains(one.getName()))
        .limit(Math.max(0, MAX_INTERFACES - chosen.size()))
        .forEach(chosen::add);
    return chosen;
  }

  @Override
  public void read(Readings readings) {
    List<NetworkIF> present = interfaces.read();
    seenAny |= !counting.isEmpty();
    for (Count count : counts) {
      for (NetworkIF one : present) {
        if (counting.contains(one.getName())) {
          count.total.update(key(one), count.reading.applyAsLong(one));
        }
      }
      if (seenAny) {
        readings.counter(count.ofAll, count.total.total());
      }
    }
    present.stream().limit(MAX_INTERFACES).forEach(one -> readOne(one, readings));
  }

  private void readOne(NetworkIF one, Readings readings) {
    Readings ofOne = readings.of("interface", one.getName());
    for (Count count : counts) {
      ofOne.counter(count.ofOne, count.reading.applyAsLong(one));
    }
  }

  /**
   * With the index: an interface that was removed and made again has another one, and counts from
   * zero even if it has already overtaken the old count.
   */
  private static String key(NetworkIF one) {
    return one.getName() + "#" + one.getIndex();
  }
}
