package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The devices of one kind, re-read at each tick and listed anew now and then. Reading a network
 * interface again costs about 1 ms, listing them 3 to 46 ms: so they are listed every 30 seconds,
 * and when one has vanished. One thread.
 *
 * @param <T> OSHI's type of device
 */
final class Devices<T> {

  static final Duration LISTED_EVERY = Duration.ofSeconds(30);

  private final Supplier<List<T>> lister;
  private final Predicate<T> updater;
  private final MetricsClock clock;
  private List<T> devices = List.of();
  private boolean stale = true;
  private long listedNanos;

  /**
   * @param lister finds the devices, with fresh values
   * @param updater gives a device fresh values; false if it has vanished
   */
  Devices(Supplier<List<T>> lister, Predicate<T> updater, MetricsClock clock) {
    this.lister = lister;
    this.updater = updater;
    this.clock = clock;
  }

  /** The devices that are there, with fresh values. */
  List<T> read() {
    long now = clock.nanoTime();
    if (stale || now - listedNanos >= LISTED_EVERY.toNanos()) {
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
