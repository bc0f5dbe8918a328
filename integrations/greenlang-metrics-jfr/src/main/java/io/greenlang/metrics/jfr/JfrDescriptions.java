package io.greenlang.metrics.jfr;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import java.util.List;

/** The units and descriptions of all metrics. */
final class JfrDescriptions {

  /** Each line has a name, a unit and a description. */
  private static final String TABLE =
      """
      jfr.gc.pause ms Pauses for garbage collection by cause
      jfr.memory.allocated By Memory that all threads allocated
      jfr.locks.blocked ms Waits for a monitor
      jfr.locks.parked ms Waits for a lock or a condition of java.util.concurrent
      jfr.threads.pinned ms Waits of virtual threads that kept their carrier
      jfr.threads.started {thread} Threads that were started
      jfr.safepoints.pause ms Times for which all threads were stopped
      jfr.safepoints.sync ms Times until all threads had stopped
      jfr.exceptions {exception} Exceptions and errors that were created
      jfr.errors {error} Errors that were created, by class
      jfr.classes.loaded {class} Classes that were loaded
      jfr.classes.unloaded {class} Classes that were unloaded
      jfr.socket.read ms Slow reads from sockets
      jfr.socket.write ms Slow writes to sockets
      jfr.socket.bytes_read By Bytes of slow reads from sockets
      jfr.socket.bytes_written By Bytes of slow writes to sockets
      jfr.file.read ms Slow reads from files
      jfr.file.write ms Slow writes to files
      jfr.file.bytes_read By Bytes of slow reads from files
      jfr.file.bytes_written By Bytes of slow writes to files
      jfr.events {event} Events that this source received
      jfr.threshold ms Durations from which on waits are recorded
      """;

  private JfrDescriptions() {}

  static List<MetricDescription> of(Channel channel) {
    return TABLE.lines().map(line -> parse(channel, line.split(" ", 3))).toList();
  }

  private static MetricDescription parse(Channel channel, String[] fields) {
    return new MetricDescription(channel, fields[0], fields[1], fields[2]);
  }
}
