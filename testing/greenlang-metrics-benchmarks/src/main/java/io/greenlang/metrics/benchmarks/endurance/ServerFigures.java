package io.greenlang.metrics.benchmarks.endurance;

import com.sun.management.UnixOperatingSystemMXBean;
import io.greenlang.metrics.benchmarks.fanout.ServerMemory;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names of the figures of a {@link SoakServer}, with their units, and their form on its standard
 * output.
 */
final class ServerFigures {

  /** The heap in use after a garbage collection. */
  static final String HEAP = "heap MiB";

  /** The memory of direct buffers. */
  static final String DIRECT = "direct MiB";

  /** The open files and sockets. */
  static final String DESCRIPTORS = "descriptors";

  /** The threads of the JVM. */
  static final String THREADS = "threads";

  /** The connected clients. */
  static final String CLIENTS = "clients";

  /** The subscriptions of all clients. */
  static final String SUBSCRIPTIONS = "subscriptions";

  /** The publications per second since the previous row. */
  static final String RATE = "published/s";

  /** The 99th percentile of the time that a publication takes, since the previous row. */
  static final String P99 = "publish p99 ms";

  /** The longest time that a publication took since the previous row. */
  static final String MAX = "max ms";

  /** The publications that wait for Redis. */
  static final String QUEUE = "queued";

  /** The publications that were dropped because too many waited for Redis, since the start. */
  static final String DROPPED = "dropped";

  /** The publications for witnesses that threw, since the start. */
  static final String FAILURES = "publish failures";

  private static final double MEBIBYTE = 1 << 20;

  private ServerFigures() {}

  /** Returns the resources of this process, after a garbage collection. */
  static Map<String, Double> ofThisProcess() {
    ServerMemory memory = ServerMemory.measure();
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(HEAP, memory.heapBytes() / MEBIBYTE);
    figures.put(DIRECT, memory.directBytes() / MEBIBYTE);
    figures.put(DESCRIPTORS, (double) openDescriptors());
    figures.put(THREADS, (double) ManagementFactory.getThreadMXBean().getThreadCount());
    return figures;
  }

  private static long openDescriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  /** Returns the line that {@link #parse} reads. */
  static String line(Map<String, Double> figures) {
    StringBuilder line = new StringBuilder();
    figures.forEach((name, value) -> line.append(name + "=" + value + ";"));
    return line.toString();
  }

  /**
   * Parses a line of figures in the form {@code name=value;}.
   *
   * @throws IllegalArgumentException if the line has another form
   */
  static Map<String, Double> parse(String line) {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (String figure : line.substring(0, Math.max(0, line.length() - 1)).split(";", -1)) {
      int equals = figure.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("expected figures, but the server printed: " + line);
      }
      figures.put(figure.substring(0, equals), Double.valueOf(figure.substring(equals + 1)));
    }
    return figures;
  }
}
