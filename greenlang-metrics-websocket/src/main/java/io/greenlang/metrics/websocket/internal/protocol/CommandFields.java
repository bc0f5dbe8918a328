package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.codec.IsoTime;
import io.greenlang.metrics.history.HistoryCursor;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a command. An invalid field rejects the command with a detail from a fixed list.
 * The only text of the client that is sent back is a malformed time that has only characters of
 * times.
 */
final class CommandFields {

  private static final String LIVE_INTERVALS = "1s, 5s, 1m, 5m or 1h";

  /** A factory of the exception for a detail and a command's id. */
  interface ErrorFactory {
    CommandException create(String detail, @Nullable String id);
  }

  /** Above this, doubles cannot represent every integer. */
  private static final double MAX_EXACT = 1L << 53;

  private static final String QUANTILES =
      "quantiles must be a list of at most "
          + HistogramFields.MAX_QUANTILES
          + " numbers from 0 to 1";

  private final Map<String, ?> data;
  private final ErrorFactory error;
  private final @Nullable String id;

  CommandFields(Map<String, ?> data, ErrorFactory error, @Nullable String id) {
    this.data = data;
    this.error = error;
    this.id = id;
  }

  CommandException error(String detail) {
    return error.create(detail, id);
  }

  boolean has(String field) {
    return data.get(field) != null;
  }

  boolean isMap(String field) {
    return data.get(field) instanceof Map<?, ?>;
  }

  List<NamePattern> channels() throws CommandException {
    List<String> strings = strings(data.get("channels"), "channels", WireLimits.MAX_CHANNELS);
    List<NamePattern> patterns = new ArrayList<>();
    for (String text : strings) {
      try {
        NamePattern pattern = NamePattern.parse(text);
        if (pattern.isExact()) {
          new Channel(text); // the name cannot be a channel's: the same error as for an unknown one
        }
        patterns.add(pattern);
      } catch (IllegalArgumentException e) {
        throw CommandException.unknownChannel(id);
      }
    }
    return patterns;
  }

  SortedSet<NamePattern> names() throws CommandException {
    SortedSet<NamePattern> names = new TreeSet<>();
    if (data.get("metrics") == null) {
      names.add(NamePattern.ALL);
      return names;
    }
    for (String text : strings(data.get("metrics"), "metrics", WireLimits.MAX_NAMES)) {
      try {
        names.add(NamePattern.parse(text));
      } catch (IllegalArgumentException e) {
        throw error("metrics must be names or prefixes such as cpu.*");
      }
    }
    return names;
  }

  TagFilter tags() throws CommandException {
    Object tags = data.get("tags");
    if (tags == null) {
      return TagFilter.ALL;
    }
    if (!(tags instanceof Map<?, ?> map)) {
      throw error("tags must be an object");
    }
    Map<String, List<String>> allowed = new LinkedHashMap<>();
    for (Map.Entry<?, ?> tag : map.entrySet()) {
      allowed.put((String) tag.getKey(), tagValues(tag.getValue()));
    }
    try {
      return TagFilter.of(allowed);
    } catch (IllegalArgumentException e) {
      throw error(
          "at most 16 tags with 16 values each, keys of 1 to 64 and values of at most 256"
              + " characters");
    }
  }

  private List<String> tagValues(@Nullable Object value) throws CommandException {
    return value instanceof String single
        ? List.of(single)
        : strings(value, "a tag's value", TagFilter.MAX_VALUES);
  }

  /** Returns the aggregation interval of a live subscription. */
  @Nullable Interval liveInterval() throws CommandException {
    Interval interval = interval(LIVE_INTERVALS);
    if (interval == Interval.ONE_DAY) {
      throw error("aggregation_interval must be " + LIVE_INTERVALS);
    }
    return interval;
  }

  /** Returns the aggregation interval of a request for history. */
  @Nullable Interval interval() throws CommandException {
    return interval("1s, 5s, 1m, 5m, 1h or 1d");
  }

  private @Nullable Interval interval(String allowed) throws CommandException {
    Object label = data.get("aggregation_interval");
    if (label == null) {
      return null;
    }
    Interval interval = label instanceof String text ? Interval.ofLabel(text) : null;
    if (interval == null) {
      throw error("aggregation_interval must be " + allowed);
    }
    return interval;
  }

  @Nullable SortedSet<String> groupBy() throws CommandException {
    Object value = data.get("group_by");
    if (value == null) {
      return null;
    }
    if (data.get("aggregation_interval") == null) {
      throw error("group_by needs an aggregation_interval");
    }
    boolean isEmpty = value instanceof List<?> list && list.isEmpty();
    return new TreeSet<>(isEmpty ? List.of() : strings(value, "group_by", Tags.MAX_TAGS));
  }

  Format format() throws CommandException {
    Object format = data.get("format");
    boolean batch = flag("batch");
    if (format == null || format.equals("metric")) {
      return batch ? Format.BATCH : Format.METRIC;
    }
    if (format.equals("columnar")) {
      if (!flag("compression")) {
        throw error("format columnar needs compression");
      }
      return Format.COLUMNAR;
    }
    if (!format.equals("snapshot")) {
      throw error("format must be metric, snapshot or columnar");
    }
    if (batch) {
      throw error("batch goes with format metric only");
    }
    return Format.SNAPSHOT;
  }

  /** Returns the further fields of histograms: the fields {@code quantiles} and {@code buckets}. */
  HistogramFields histogramFields() throws CommandException {
    SortedSet<Double> quantiles = new TreeSet<>();
    Object value = data.get("quantiles");
    if (value != null) {
      if (!(value instanceof List<?> list) || list.size() > HistogramFields.MAX_QUANTILES) {
        throw error(QUANTILES);
      }
      for (Object element : list) {
        quantiles.add(quantile(element));
      }
    }
    return new HistogramFields(quantiles, flag("buckets"));
  }

  private double quantile(@Nullable Object element) throws CommandException {
    if (element instanceof Number number
        && number.doubleValue() >= 0
        && number.doubleValue() <= 1) {
      return Math.abs(number.doubleValue()); // -0.0 is 0
    }
    throw error(QUANTILES);
  }

  boolean flag(String field) throws CommandException {
    Object value = data.get(field);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw error(field + " must be true or false");
  }

  private List<String> strings(@Nullable Object value, String field, int max)
      throws CommandException {
    if (!(value instanceof List<?> list) || list.isEmpty() || list.size() > max) {
      throw error(field + " must be a list of 1 to " + max);
    }
    List<String> strings = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof String text)) {
        throw error(field + " must be a list of texts");
      }
      strings.add(text);
    }
    return strings;
  }

  /** Returns the single channel of a request for history. */
  Channel channel() throws CommandException {
    if (!(data.get("channel") instanceof String name)) {
      throw error("channel must be the name of one channel");
    }
    try {
      return new Channel(name);
    } catch (IllegalArgumentException e) {
      throw CommandException.unknownChannel(id);
    }
  }

  /** Returns a time in any form that {@link IsoTime} accepts; null if the field is missing. */
  @Nullable Instant time(String field) throws CommandException {
    Object value = data.get(field);
    if (value == null) {
      return null;
    }
    String rule = field + " must be a time such as 2025-11-08T12:00:00Z";
    if (!(value instanceof String text)) {
      throw error(rule);
    }
    try {
      return IsoTime.parse(text);
    } catch (IsoTime.MalformedTimeException e) {
      throw error(rule + ", but " + e.reason());
    }
  }

  /** Returns an integer from 1 to {@code max}, or the default if the field is missing. */
  int count(String field, int defaultCount, int max) throws CommandException {
    Object value = data.get(field);
    if (value == null) {
      return defaultCount;
    }
    Long count = integer(value);
    if (count == null || count < 1 || count > max) {
      throw error(field + " must be from 1 to " + max);
    }
    return count.intValue();
  }

  /** Returns stream positions by channel; empty if the field is missing. */
  Map<String, StreamPosition> positions(String field) throws CommandException {
    Map<String, StreamPosition> positions = new LinkedHashMap<>();
    if (data.get(field) instanceof Map<?, ?> positionsByChannel) {
      for (Map.Entry<?, ?> position : positionsByChannel.entrySet()) {
        positions.put((String) position.getKey(), position(field, position.getValue()));
      }
    }
    return positions;
  }

  private StreamPosition position(String field, @Nullable Object value) throws CommandException {
    if (value instanceof Map<?, ?> position && position.get("epoch") instanceof String epoch) {
      Long offset = integer(position.get("offset"));
      if (offset != null && offset >= 0 && epoch.length() <= WireLimits.MAX_EPOCH_LENGTH) {
        return new StreamPosition(epoch, offset);
      }
    }
    throw error(field + " must be a time, or an epoch and an offset for each channel");
  }

  /** Returns the end of the previous page; null if there was none. */
  @Nullable HistoryCursor cursor() throws CommandException {
    Object value = data.get("cursor");
    if (value == null) {
      return null;
    }
    HistoryCursor key = value instanceof String text ? PageCursor.read(text) : null;
    if (key == null) {
      throw error("cursor must be that of an earlier answer");
    }
    return key;
  }

  /**
   * Returns an integer, or null if the value is not one. MessagePack clients may write 5 as 5.0.
   */
  private static @Nullable Long integer(@Nullable Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    if (value instanceof Double number
        && number == Math.rint(number)
        && Math.abs(number) <= MAX_EXACT) {
      return number.longValue();
    }
    return null;
  }
}
