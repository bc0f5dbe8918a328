package io.greenlang.metrics.jfr;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.util.TagValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The series of one metric, by the values of its tags. There are at most {@value #MAX_SERIES};
 * further values share the series {@code other}. Any thread.
 *
 * @param <T> the state of a series
 */
final class TaggedSeries<T> {

  static final int MAX_SERIES = 64;

  private static final String OTHER = "other";

  private record Entry<T>(Tags tags, T state) {}

  private final List<String> keys;
  private final Supplier<T> factory;
  private final Map<List<String>, Entry<T>> entries = new ConcurrentHashMap<>();

  /** Creates the series of a metric that has the given tag keys. */
  TaggedSeries(Supplier<T> factory, String... keys) {
    this.factory = factory;
    this.keys = List.of(keys);
  }

  /** Returns the state of the series with the given tag values, one for each key. */
  T get(String... values) {
    List<String> key = Stream.of(values).map(TagValue::sanitize).toList();
    Entry<T> existing = entries.get(key);
    return existing != null ? existing.state : add(key).state;
  }

  /** Adds a series. Synchronized, because two streams must not exceed the limit together. */
  private synchronized Entry<T> add(List<String> key) {
    List<String> admitted =
        entries.containsKey(key) || entries.size() < MAX_SERIES - 1
            ? key
            : keys.stream().map(each -> OTHER).toList();
    return entries.computeIfAbsent(admitted, this::entry);
  }

  private Entry<T> entry(List<String> values) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      pairs.add(keys.get(i));
      pairs.add(values.get(i));
    }
    return new Entry<>(Tags.of(pairs.toArray(String[]::new)), factory.get());
  }

  /** Passes the tags and the state of each series to {@code action}. */
  void forEach(BiConsumer<Tags, T> action) {
    entries.values().forEach(entry -> action.accept(entry.tags, entry.state));
  }
}
