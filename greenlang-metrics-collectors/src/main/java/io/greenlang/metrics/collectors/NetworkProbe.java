package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.util.List;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;

/**
 * {@code network.bytes_sent} and {@code network.bytes_recv}: running totals over the interfaces
 * that {@link PhysicalInterfaces} picks.
 */
final class NetworkProbe implements Probe {

  private final Devices<NetworkIF> interfaces;
  private final RunningTotals sent = new RunningTotals();
  private final RunningTotals received = new RunningTotals();
  private boolean seenAny;

  NetworkProbe(HardwareAbstractionLayer hardware, MetricsClock clock) {
    PhysicalInterfaces physical = PhysicalInterfaces.ofThisMachine();
    this.interfaces =
        new Devices<>(
            () -> physical.among(hardware.getNetworkIFs(), NetworkIF::getName),
            NetworkIF::updateAttributes,
            clock);
  }

  @Override
  public void read(Readings readings) {
    List<NetworkIF> present = interfaces.read();
    for (NetworkIF one : present) {
      // With the index: an interface that was removed and made again has another one, and counts
      // from zero even if it has already overtaken the old count.
      String key = one.getName() + "#" + one.getIndex();
      sent.update(key, one.getBytesSent());
      received.update(key, one.getBytesRecv());
    }
    seenAny |= !present.isEmpty();
    if (seenAny) {
      readings.counter("network.bytes_sent", sent.total());
      readings.counter("network.bytes_recv", received.total());
    }
  }
}
