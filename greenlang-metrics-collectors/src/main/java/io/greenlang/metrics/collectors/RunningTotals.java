package io.greenlang.metrics.collectors;

import java.util.HashMap;
import java.util.Map;

/**
 * The sum over devices of a counter that each of them keeps, made to never fall: what a device
 * counted stays counted when it vanishes, and one that starts again from zero adds what it counts
 * anew. A plain sum would fall, and a dashboard's rate would show a negative spike. One thread.
 */
final class RunningTotals {

  private final Map<String, Long> lastByDevice = new HashMap<>();
  private long total;

  /** Takes the present count of {@code device}, which is 0 or more. */
  void update(String device, long count) {
    Long last = lastByDevice.put(device, count);
    boolean continues = last != null && count >= last;
    total += continues ? count - last : count;
  }

  /** The sum of all that was ever counted. */
  long total() {
    return total;
  }
}
