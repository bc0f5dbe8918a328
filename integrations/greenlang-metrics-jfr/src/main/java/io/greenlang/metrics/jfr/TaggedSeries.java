package io.greenlang.metrics.jfr;

import io.greenlang.metrics.Tags;
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
    List<String> key = Stream.of(values).map(TaggedSeries::sanitized).toList();
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

  /** Returns a valid tag value for a name in bytecode, which may have any character and 64 KB. */
  private static String sanitized(String value) {
    if (value.length() <= Tags.MAX_VALUE_LENGTH && value.chars().allMatch(TaggedSeries::isPlain)) {
      return value;
    }
    StringBuilder clean = new StringBuilder();
    value
        .codePoints()
        .limit(Tags.MAX_VALUE_LENGTH / 2)
        .map(
            c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static boolean isPlain(int character) {
    return character >= ' ' && character < 0x7f;
  }

  /** Passes the tags and the state of each series to {@code action}. */
  void forEach(BiConsumer<Tags, T> action) {
    entries.values().forEach(entry -> action.accept(entry.tags, entry.state));
  }
}
