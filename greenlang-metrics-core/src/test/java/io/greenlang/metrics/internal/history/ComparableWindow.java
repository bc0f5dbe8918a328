package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.history.HistoryCursor;
import java.util.ArrayList;
import java.util.List;

/**
 * A window, with all that a comparison needs.
 *
 * @param numbers all numbers that a client receives
 * @param packed the packed aggregate, which also has the state for later windows
 */
record ComparableWindow(HistoryCursor key, String name, List<Double> numbers, List<Byte> packed) {

  static ComparableWindow of(
      HistoryCursor key, String name, Interval interval, Aggregate aggregate) {
    List<Double> numbers = new ArrayList<>();
    numbers.add((double) aggregate.count());
    numbers.add(aggregate.min());
    numbers.add(aggregate.max());
    numbers.add(aggregate.value());
    aggregate.forEachField(interval.millis(), (field, number) -> numbers.add(number));
    List<Byte> packed = new ArrayList<>();
    for (byte each : aggregate.pack()) {
      packed.add(each);
    }
    return new ComparableWindow(key, name, numbers, packed);
  }

  ComparableWindow received() {
    return new ComparableWindow(key, name, numbers, List.of());
  }
}
