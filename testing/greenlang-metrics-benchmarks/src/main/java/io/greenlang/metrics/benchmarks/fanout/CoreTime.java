package io.greenlang.metrics.benchmarks.fanout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Busy time of one processor, read from Linux' {@code /proc/stat}. It includes the kernel's work
 * that belongs to no process, such as interrupts, which the CPU time of a process does not.
 */
final class CoreTime {

  private static final Path STAT = Path.of("/proc/stat");

  /** The kernel counts in ticks of 10 ms, whatever its own clock is. */
  private static final double NANOS_PER_TICK = 1e7;

  /** Fields of a line, after its name (proc_pid_stat(5)). */
  private static final int IDLE = 4;

  private static final int IO_WAIT = 5;
  private static final int SOFT_IRQ = 7;

  private CoreTime() {}

  /**
   * Returns the time for which a processor was busy since the system's start.
   *
   * @param core the processor's number
   */
  static double busyNanos(int core) {
    try {
      return busyNanos(Files.readString(STAT), core);
    } catch (IOException e) {
      throw new UncheckedIOException("failed to read " + STAT, e);
    }
  }

  /** Returns the time from the text of {@code /proc/stat}. */
  static double busyNanos(String stat, int core) {
    String prefix = "cpu" + core + " ";
    String line =
        stat.lines()
            .filter(each -> each.startsWith(prefix))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        STAT + " has no processor " + core + ": use an existing one (--core)"));
    String[] fields = line.split(" ", -1);
    long ticks = 0;
    for (int i = 1; i <= SOFT_IRQ; i++) {
      if (i != IDLE && i != IO_WAIT) {
        ticks += Long.parseLong(fields[i]);
      }
    }
    return ticks * NANOS_PER_TICK;
  }
}
