package io.greenlang.metrics.testkit.model;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A metric that a client must receive.
 *
 * @param series its name, type and tags
 * @param timeMillis its timestamp
 * @param interval the label of its window; null for a sample
 * @param fields its value and statistics
 * @param source the observations from which it is computed
 * @param hasBuckets whether it has buckets
 */
record ExpectedPoint(
    Series series,
    long timeMillis,
    @Nullable String interval,
    Map<String, NumberRange> fields,
    Observations source,
    boolean hasBuckets) {

  private static final double GAMMA = 1.01 / 0.99;

  /** The identity of a series. */
  record Series(String name, String type, Map<String, String> tags) {}

  /** Returns whether this is a histogram with more than one number. */
  boolean hasDistribution() {
    return fields.containsKey("sum");
  }

  /** Returns whether this is a statistic of a histogram that is among the given points. */
  boolean isCovered(List<ExpectedPoint> points) {
    return !hasDistribution()
        && points.stream().anyMatch(each -> each.hasDistribution() && each.source.equals(source));
  }

  /** Returns the difference to a received metric, in words; null if there is none. */
  @Nullable String difference(Map<String, Object> received, String channel) {
    Set<String> keys = new HashSet<>(fields.keySet());
    keys.addAll(List.of("channel", "name", "type", "timestamp", "tags"));
    if (interval != null) {
      keys.add("interval");
    }
    if (hasBuckets) {
      keys.add("buckets");
    }
    Set<String> actual = new HashSet<>(received.keySet());
    actual.removeAll(Set.of("offset", "replayed"));
    if (!actual.equals(keys)) {
      return "its fields are " + actual + " instead of " + keys;
    }
    if (!channel.equals(received.get("channel"))) {
      return "its channel is " + received.get("channel");
    }
    if (!series.equals(seriesOf(received))) {
      return "it belongs to another series";
    }
    if (timeMillis != timeOf(received)) {
      return "its timestamp is " + received.get("timestamp") + " instead of " + time();
    }
    if (!Objects.equals(interval, received.get("interval"))) {
      return "its interval is " + received.get("interval") + " instead of " + interval;
    }
    return differentNumber(received);
  }

  private @Nullable String differentNumber(Map<String, Object> received) {
    for (Map.Entry<String, NumberRange> field : fields.entrySet()) {
      Object number = received.get(field.getKey());
      if (!field.getValue().contains(number)) {
        return field.getKey() + " is " + number + " instead of " + field.getValue();
      }
    }
    return hasBuckets
        ? differentBuckets(
            source.sorted(), (Map<?, ?>) Objects.requireNonNull(received.get("buckets")))
        : null;
  }

  /** Compares each observation with the representative of the bucket that has its rank. */
  private static @Nullable String differentBuckets(List<Double> observations, Map<?, ?> buckets) {
    List<Double> representatives = representatives(buckets);
    if (representatives.size() != observations.size()) {
      return "buckets hold " + representatives.size() + " instead of " + observations.size();
    }
    for (int i = 0; i < observations.size(); i++) {
      if (!NumberRange.percentile(observations.get(i)).contains(representatives.get(i))) {
        return "buckets: number "
            + (i + 1)
            + " is about "
            + representatives.get(i)
            + " instead of "
            + observations.get(i);
      }
    }
    return null;
  }

  /** Returns the representative of each observation, by the formulas of the protocol. */
  private static List<Double> representatives(Map<?, ?> buckets) {
    List<Double> all = new ArrayList<>();
    if (buckets.get("zero") instanceof BigInteger zeros) {
      all.addAll(Collections.nCopies(zeros.intValueExact(), 0.0));
    }
    addRuns(buckets.get("negative"), -1, all);
    addRuns(buckets.get("positive"), 1, all);
    Collections.sort(all);
    return all;
  }

  private static void addRuns(@Nullable Object runs, int sign, List<Double> all) {
    if (runs == null) {
      return;
    }
    for (Object run : (List<?>) runs) {
      List<?> numbers = (List<?>) run;
      int index = ((BigInteger) numbers.get(0)).intValueExact();
      for (Object count : numbers.subList(1, numbers.size())) {
        double representative = sign * 1.01 * Math.pow(GAMMA, index++);
        all.addAll(Collections.nCopies(((BigInteger) count).intValueExact(), representative));
      }
    }
  }

  private String time() {
    return Instant.ofEpochMilli(timeMillis).toString();
  }

  static Series seriesOf(Map<String, Object> received) {
    return new Series(text(received, "name"), text(received, "type"), tagsOf(received));
  }

  /** Returns the tags of a message; a snapshot omits them if there are none. */
  static Map<String, String> tagsOf(Map<String, Object> received) {
    Map<String, String> tags = new TreeMap<>();
    if (received.get("tags") instanceof Map<?, ?> map) {
      map.forEach((key, value) -> tags.put((String) key, (String) value));
    }
    return tags;
  }

  static long timeOf(Map<String, Object> received) {
    return Instant.parse(text(received, "timestamp")).toEpochMilli();
  }

  private static String text(Map<String, Object> received, String key) {
    return (String) Objects.requireNonNull(received.get(key), key);
  }

  @Override
  public String toString() {
    String window = interval == null ? "" : ", window of " + interval;
    return series.name()
        + series.tags()
        + " ("
        + series.type()
        + ") at "
        + time()
        + window
        + " with "
        + fields;
  }
}
