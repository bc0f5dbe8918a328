package io.greenlang.metrics.testkit.model;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.subscription.Format;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The metrics that a client requests, and in which form.
 *
 * @param channel the channel
 * @param names names, or prefixes that end with a star
 * @param tags the accepted values of each key
 * @param interval null for samples
 * @param groupBy the keys to keep; null to keep all
 * @param format the shape of the messages
 * @param quantiles the further quantiles
 * @param buckets whether histograms have buckets
 * @param resume whether messages have offsets
 * @param encoding the encoding of the messages
 */
record View(
    String channel,
    List<String> names,
    Map<String, List<String>> tags,
    @Nullable Interval interval,
    @Nullable List<String> groupBy,
    Format format,
    List<Double> quantiles,
    boolean buckets,
    boolean resume,
    Encoding encoding) {

  boolean matchesName(String name) {
    return names.stream()
        .anyMatch(
            pattern ->
                pattern.endsWith("*")
                    ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                    : name.equals(pattern));
  }

  boolean matchesTags(Map<String, String> actual) {
    return tags.entrySet().stream()
        .allMatch(
            filter ->
                actual.containsKey(filter.getKey())
                    && filter.getValue().contains(actual.get(filter.getKey())));
  }

  /** Returns the tags that a series has in this view. */
  Map<String, String> keptTags(Map<String, String> actual) {
    List<String> keys = groupBy;
    Map<String, String> kept = new TreeMap<>(actual);
    if (keys != null) {
      kept.keySet().retainAll(keys);
    }
    return kept;
  }

  /** Returns whether all metrics of a publication are one message. */
  boolean isOneFrame() {
    return format == Format.BATCH || format == Format.COLUMNAR;
  }

  long windowMillis() {
    return Objects.requireNonNull(interval).millis();
  }

  /** Returns the data that a subscription and a request for history have in common. */
  Map<String, Object> commandData() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("tags", tags);
    data.put("metrics", names);
    if (interval != null) {
      data.put("aggregation_interval", interval.label());
    }
    if (!quantiles.isEmpty()) {
      data.put("quantiles", quantiles);
    }
    data.put("buckets", buckets);
    return data;
  }

  /** Returns the data of a subscription, without a start. */
  Map<String, Object> subscriptionData() {
    Map<String, Object> data = commandData();
    data.put("channels", List.of(channel));
    if (groupBy != null) {
      data.put("group_by", groupBy);
    }
    data.put(
        "format",
        switch (format) {
          case METRIC, BATCH -> "metric";
          case SNAPSHOT -> "snapshot";
          case COLUMNAR -> "columnar";
        });
    data.put("batch", format == Format.BATCH);
    data.put("resume", resume);
    data.put("compression", encoding == Encoding.MESSAGEPACK);
    return data;
  }
}
