package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.collectors.internal.support.DescriptionTable;
import java.util.ArrayList;
import java.util.List;

/** The units and descriptions of the host's metrics. */
public final class SystemDescriptions {

  private static final String SYSTEM =
      """
      cpu.percent % Use of all processors
      cpu.core.percent % Use of a processor
      cpu.count {cpu} Processors that are online
      cpu.frequency MHz Current frequency of the processors
      load.1m 1 Load average over 1 minute
      load.5m 1 Load average over 5 minutes
      load.15m 1 Load average over 15 minutes
      memory.total By Memory of the host
      memory.available By Memory that is available without swapping
      memory.used By Memory in use: the total less the available memory
      memory.percent % Memory in use
      swap.total By Swap space of the host
      swap.used By Swap space in use
      swap.percent % Swap space in use
      disk.total By Size of the main file system
      disk.used By Space in use on the main file system
      disk.percent % Space in use on the main file system
      disk.mount.total By Size of a file system
      disk.mount.used By Space in use on a file system
      disk.mount.percent % Space in use on a file system
      disk.device.busy_ms ms Time in which the disk was busy
      process.cpu.percent % Use of one processor by this process
      process.cpu.seconds s CPU time of this process
      process.memory.resident By Physical memory of this process
      process.memory.virtual By Virtual memory of this process
      process.threads {thread} Threads of this process
      process.files.open {file} Files that this process has open
      process.uptime s Time since this process started
      uptime s Time since the host started
      """;

  private static final String CONTAINER =
      """
      container.memory.limit By Memory limit of the container
      container.memory.used By Working set of the container
      container.memory.percent % Working set of the container, of its limit
      container.cpu.limit {cpu} Processors that the container may use
      container.cpu.percent % CPU time of the container, of its limit
      container.cpu.seconds s CPU time of the container
      container.cpu.periods {period} Periods of the CPU quota
      container.cpu.throttled_periods {period} Periods in which the CPU quota was used up
      container.cpu.throttled_seconds s Time for which processes waited for CPU quota
      """;

  /** The counters of disks, which follow the prefix of all disks or of one. */
  private static final String DISKS =
      """
      bytes_read By Bytes read from disk
      bytes_written By Bytes written to disk
      reads {operation} Reads from disk
      writes {operation} Writes to disk
      """;

  /** The counters of the network, which follow the prefix of all interfaces or of one. */
  private static final String NETWORK =
      """
      bytes_sent By Bytes sent
      bytes_recv By Bytes received
      packets_sent {packet} Packets sent
      packets_recv {packet} Packets received
      errors_sent {error} Errors when sending
      errors_recv {error} Errors when receiving
      drops_recv {packet} Received packets that were dropped
      """;

  private static final List<MetricDescription> ALL = all();

  private SystemDescriptions() {}

  private static List<MetricDescription> all() {
    List<MetricDescription> all = new ArrayList<>();
    all.addAll(DescriptionTable.parse(Channel.SYSTEM, SYSTEM + CONTAINER));
    all.addAll(prefixed("disk.", DISKS));
    all.addAll(prefixed("disk.device.", DISKS));
    all.addAll(prefixed("network.", NETWORK));
    all.addAll(prefixed("network.interface.", NETWORK));
    return List.copyOf(all);
  }

  private static List<MetricDescription> prefixed(String prefix, String table) {
    return DescriptionTable.parse(Channel.SYSTEM, table).stream()
        .map(
            each ->
                new MetricDescription(
                    each.channel(), prefix + each.name(), each.unit(), each.description()))
        .toList();
  }

  /** Returns the descriptions of all metrics that the probes can collect. */
  public static List<MetricDescription> list() {
    return ALL;
  }
}
