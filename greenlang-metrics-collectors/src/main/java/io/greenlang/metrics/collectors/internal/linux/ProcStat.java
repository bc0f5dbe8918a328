package io.greenlang.metrics.collectors.internal.linux;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reader of the processors' cumulative times in {@code /proc/stat}. A processor that is offline has
 * no line there, so processors are known by the kernel's number and not by their position.
 */
public final class ProcStat {

  /** The file that is read. */
  public static final String PATH = "/proc/stat";

  /** User, nice, system, idle, iowait, irq, softirq, steal. Guest time is part of user. */
  private static final int TIMES = 8;

  private static final String PREFIX = "cpu";

  private final KernelFiles files;

  /** Creates a reader. */
  public ProcStat(KernelFiles files) {
    this.files = files;
  }

  /**
   * Returns the ticks of each online processor by its number: user, nice, system, idle, iowait,
   * irq, softirq and steal. A time that an old kernel does not report is 0. If the file has no line
   * per processor, the result has one entry with the key {@code ""} for all of them.
   */
  public Map<String, long[]> read() {
    Map<String, long[]> ticksByCpu = new LinkedHashMap<>();
    for (String line : files.lines(PATH)) {
      if (!line.startsWith(PREFIX)) {
        break; // the lines of the processors are the first ones
      }
      Fields fields = new Fields(line, PREFIX.length());
      String number = line.charAt(PREFIX.length()) == ' ' ? "" : fields.next();
      ticksByCpu.put(number == null ? "" : number, ticks(fields));
    }
    if (ticksByCpu.size() > 1) {
      ticksByCpu.remove("");
    }
    return ticksByCpu;
  }

  private static long[] ticks(Fields fields) {
    long[] ticks = fields.nextNumbers(TIMES);
    for (int i = 0; i < TIMES; i++) {
      ticks[i] = Math.max(0, ticks[i]);
    }
    return ticks;
  }
}
