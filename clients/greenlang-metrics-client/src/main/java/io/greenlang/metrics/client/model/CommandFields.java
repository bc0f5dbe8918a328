package io.greenlang.metrics.client.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Immutable fields of a command, under their names in the protocol. */
record CommandFields(Map<String, Object> values) {

  static final CommandFields NONE = new CommandFields(Map.of());

  /** Returns these fields with one more, which replaces an equal name. */
  CommandFields with(String name, Object value) {
    Map<String, Object> copy = new LinkedHashMap<>(values);
    copy.put(name, Objects.requireNonNull(value, name));
    return new CommandFields(Collections.unmodifiableMap(copy));
  }

  /** Returns these fields with names appended to the list that a field holds. */
  CommandFields withNames(String field, String... names) {
    List<Object> list = new ArrayList<>(listOf(values.get(field)));
    list.addAll(List.of(names));
    return with(field, List.copyOf(list));
  }

  /** Returns these fields with names of metrics appended. */
  CommandFields withMetrics(String... names) {
    if (names.length == 0) {
      throw new IllegalArgumentException(
          "metrics needs at least one name; leave the call out for all metrics");
    }
    return withNames("metrics", names);
  }

  /** Returns these fields with ranks of quantiles appended. */
  CommandFields withQuantiles(double... ranks) {
    List<Object> list = new ArrayList<>(listOf(values.get("quantiles")));
    Arrays.stream(ranks).forEach(list::add);
    return with("quantiles", List.copyOf(list));
  }

  /** Returns these fields with one more tag, whose value must be one of these. */
  CommandFields withTag(String key, String... accepted) {
    if (accepted.length == 0) {
      throw new IllegalArgumentException("the tag " + key + " needs at least one accepted value");
    }
    Map<String, Object> tags = new LinkedHashMap<>();
    if (values.get("tags") instanceof Map<?, ?> existing) {
      existing.forEach((name, value) -> tags.put((String) name, value));
    }
    tags.put(Objects.requireNonNull(key, "key"), List.of(accepted));
    return with("tags", Collections.unmodifiableMap(tags));
  }

  private static List<?> listOf(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }
}
