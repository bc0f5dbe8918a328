package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.collectors.internal.linux.NetDev;
import java.util.List;
import java.util.function.ToLongFunction;
import oshi.hardware.NetworkIF;

/**
 * The cumulative counters of one network interface.
 *
 * @param name the name, which a re-created interface inherits
 * @param identity distinguishes interfaces that have one name after another
 */
record InterfaceCounts(
    String name,
    String identity,
    long bytesSent,
    long bytesRecv,
    long packetsSent,
    long packetsRecv,
    long errorsSent,
    long errorsRecv,
    long dropsRecv) {

  /** One of the counters, with the last part of its name. */
  record Counter(String name, ToLongFunction<InterfaceCounts> reader) {}

  static final List<Counter> COUNTERS =
      List.of(
          new Counter("bytes_sent", InterfaceCounts::bytesSent),
          new Counter("bytes_recv", InterfaceCounts::bytesRecv),
          new Counter("packets_sent", InterfaceCounts::packetsSent),
          new Counter("packets_recv", InterfaceCounts::packetsRecv),
          new Counter("errors_sent", InterfaceCounts::errorsSent),
          new Counter("errors_recv", InterfaceCounts::errorsRecv),
          new Counter("drops_recv", InterfaceCounts::dropsRecv));

  /**
   * Interfaces at one moment.
   *
   * @param counted the interfaces whose traffic counts towards the total of the host
   * @param others further interfaces
   */
  record Snapshot(List<InterfaceCounts> counted, List<InterfaceCounts> others) {}

  /** Returns the counters of an interface on Linux. */
  static InterfaceCounts of(NetDev.Line line, String identity) {
    return new InterfaceCounts(
        line.name(),
        identity,
        line.bytesSent(),
        line.bytesRecv(),
        line.packetsSent(),
        line.packetsRecv(),
        line.errorsSent(),
        line.errorsRecv(),
        line.dropsRecv());
  }

  /** Returns the counters that OSHI read. */
  static InterfaceCounts of(NetworkIF item) {
    return new InterfaceCounts(
        item.getName(),
        item.getName() + "#" + item.getIndex(),
        item.getBytesSent(),
        item.getBytesRecv(),
        item.getPacketsSent(),
        item.getPacketsRecv(),
        item.getOutErrors(),
        item.getInErrors(),
        item.getInDrops());
  }
}
