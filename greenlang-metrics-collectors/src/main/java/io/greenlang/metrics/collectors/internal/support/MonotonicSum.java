package io.greenlang.metrics.collectors.internal.support;

import java.util.HashMap;
import java.util.Map;

/**
 * Sum of a counter over devices that never decreases. A device's count is kept when the device
 * vanishes, and a device that restarts from zero adds its new counts. A plain sum would decrease,
 * and the rate on a dashboard would show a negative spike. Confined to one thread.
 */
public final class MonotonicSum {

  private final Map<String, Long> previousByDevice = new HashMap<>();
  private long total;

  /** Updates the current count of {@code device}, which must not be negative. */
  public void update(String device, long count) {
    Long previous = previousByDevice.put(device, count);
    boolean continues = previous != null && count >= previous;
    total += continues ? count - previous : count;
  }

  /** Returns the sum of everything ever counted. */
  public long total() {
    return total;
  }
}
