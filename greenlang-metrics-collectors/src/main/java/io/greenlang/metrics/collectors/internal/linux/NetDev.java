package io.greenlang.metrics.collectors.internal.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * Reader of the traffic of all network interfaces in {@code /proc/net/dev}, and of their properties
 * in {@code /sys/class/net}. One file has the counters of all interfaces, so that an interface is
 * found in the first collection after its creation.
 */
public final class NetDev {

  /** The file that has the counters. */
  public static final String PATH = "/proc/net/dev";

  private static final String INTERFACES = "/sys/class/net/";

  /**
   * The counters of one interface. A counter is negative if the kernel does not report it.
   *
   * @param dropsRecv the packets that were dropped or missed on arrival
   */
  public record Line(
      String name,
      long bytesRecv,
      long packetsRecv,
      long errorsRecv,
      long dropsRecv,
      long bytesSent,
      long packetsSent,
      long errorsSent) {}

  private final KernelFiles files;

  /** Creates a reader. */
  public NetDev(KernelFiles files) {
    this.files = files;
  }

  /** Returns the counters of all interfaces of this process's network namespace. */
  public List<Line> read() {
    List<Line> lines = new ArrayList<>();
    for (String line : files.lines(PATH)) {
      int colon = line.lastIndexOf(':'); // an alias such as eth0:1 has a colon in its name
      if (colon > 0) {
        lines.add(parse(line.substring(0, colon).strip(), new Fields(line, colon + 1)));
      }
    }
    return lines;
  }

  /** Parses the numbers after the name: eight of received traffic, eight of sent traffic. */
  private static Line parse(String name, Fields fields) {
    long[] received = fields.nextNumbers(8);
    long[] sent = fields.nextNumbers(8);
    return new Line(
        name, received[0], received[1], received[2], received[3], sent[0], sent[1], sent[2]);
  }

  /** Returns the kernel's index, which a re-created interface does not inherit; -1 if unknown. */
  public long index(String name) {
    return files.readNumber(INTERFACES + name + "/ifindex");
  }

  /** Returns whether a device is behind the interface: a network card, or a virtual one. */
  public boolean hasDevice(String name) {
    return files.exists(INTERFACES + name + "/device");
  }

  /** Returns the name of the interface that this one is a part of; empty if there is none. */
  public String master(String name) {
    String master = files.linkTarget(INTERFACES + name + "/master");
    return master == null ? "" : master;
  }
}
