package io.greenlang.metrics.collectors.internal.support;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sum of a counter over things that come and go, such as devices or queues. It never decreases: the
 * count of a device that vanishes stays in the sum. A plain sum would decrease, and the rate on a
 * dashboard would show a negative spike. Confined to one thread.
 *
 * <p>A count that falls to less than half of its peak has restarted at zero, so it counts as a
 * whole. A smaller fall is a dip, such as that of a sum of counters that other threads increase
 * meanwhile: only growth above the peak counts. After {@value #MAX_DIPS} updates in succession, a
 * dip is a restart. Core applies the same rule to counters.
 *
 * <p>It remembers the last count of the {@value #MAX_DEVICES} devices that were updated most
 * recently.
 */
public final class MonotonicSum {

  static final int MAX_DEVICES = 4096;
  static final int MAX_DIPS = 10;

  /** The state of one device. */
  private static final class Device {
    long peak;

    /** The lowest count since the count fell below the peak, for {@link #dips} updates. */
    long lowest;

    int dips;

    /** Returns the growth that a count adds. */
    long grow(long count) {
      long growth = 0;
      if (count >= peak) {
        growth = count - peak;
      } else if (count < peak / 2) {
        growth = count;
      } else if (!endsDip(count)) {
        return 0;
      } else {
        growth = count - lowest;
      }
      peak = count;
      dips = 0;
      return growth;
    }

    private boolean endsDip(long count) {
      lowest = dips == 0 ? count : Math.min(lowest, count);
      return ++dips >= MAX_DIPS;
    }
  }

  private final Map<String, Device> devices =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Device> eldest) {
          return size() > MAX_DEVICES;
        }
      };

  private long total;

  /**
   * Updates the current count of {@code device}, which must not be negative. The first count of a
   * device is added as a whole.
   */
  public void update(String device, long count) {
    @Nullable Device known = devices.get(device);
    if (known == null) {
      known = new Device();
      devices.put(device, known);
    }
    total += known.grow(count);
  }

  /**
   * Continues a device from its current count, so that only later growth is added. For a device
   * that has counted before it belongs to the sum.
   */
  public void startAt(String device, long count) {
    Device started = new Device();
    started.peak = count;
    devices.put(device, started);
  }

  /** Returns whether the last count of a device is known. */
  public boolean isKnown(String device) {
    return devices.containsKey(device);
  }

  /**
   * Forgets all devices except the present ones. A device that returns is a new one, whose first
   * count is added as a whole.
   */
  public void retain(Collection<String> present) {
    if (devices.size() > present.size() || !present.containsAll(devices.keySet())) {
      devices.keySet().retainAll(present);
    }
  }

  /** Returns the sum of everything that was counted. */
  public long total() {
    return total;
  }
}
