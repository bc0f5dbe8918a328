package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Cache of the devices of one kind, refreshed at each tick and listed again periodically.
 * Refreshing a network interface costs about 1 ms, listing all of them 3 to 46 ms. They are
 * therefore listed every 30 seconds, and after one has vanished. Confined to one thread.
 *
 * @param <T> OSHI's type of device
 */
final class DeviceCache<T> {

  static final Duration LIST_INTERVAL = Duration.ofSeconds(30);

  private final Supplier<List<T>> lister;
  private final Predicate<T> updater;
  private final MetricsClock clock;
  private List<T> devices = List.of();
  private boolean stale = true;
  private long listedNanos;

  /**
   * Creates an empty cache.
   *
   * @param lister lists the devices, with fresh values
   * @param updater refreshes the values of a device; returns false if it has vanished
   */
  DeviceCache(Supplier<List<T>> lister, Predicate<T> updater, MetricsClock clock) {
    this.lister = lister;
    this.updater = updater;
    this.clock = clock;
  }

  /** Returns the present devices, with fresh values. */
  List<T> refresh() {
    long now = clock.monotonicNanos();
    if (stale || now - listedNanos >= LIST_INTERVAL.toNanos()) {
      devices = lister.get();
      listedNanos = now;
      stale = false;
      return devices;
    }
    List<T> present = new ArrayList<>(devices.size());
    for (T device : devices) {
      if (updater.test(device)) {
        present.add(device);
      } else {
        stale = true;
      }
    }
    return present;
  }
}
