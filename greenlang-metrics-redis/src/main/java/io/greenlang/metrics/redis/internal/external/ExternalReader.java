package io.greenlang.metrics.redis.internal.external;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.codec.DocumentLimits;
import io.greenlang.metrics.codec.DocumentReader;
import io.greenlang.metrics.codec.MalformedDocumentException;
import io.greenlang.metrics.redis.internal.connection.BoundedReply;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A parser for the messages of external publishers: one flat metric, a nested snapshot, or a list
 * of either, in JSON or MessagePack.
 *
 * <p>In a snapshot each number becomes a gauge, named by its dotted path. A metric or snapshot
 * without a timestamp takes the time of its arrival. Within a snapshot, texts other than {@code
 * tags}, booleans, lists and nulls are ignored.
 */
final class ExternalReader {

  /** The largest accepted message, in bytes. */
  static final int MAX_BYTES = 256 << 10;

  /** The most metrics that one message can contain. */
  static final int MAX_METRICS = 5_000;

  private static final int MAX_DEPTH = 16;
  private static final int MAX_NUMBER_LENGTH = 64;
  private static final int MAX_TIME_LENGTH = 40;
  private static final double MILLIS = 1_000;

  /**
   * The limit of a numeric timestamp, in seconds since 1970. No metric can have a time beyond it.
   */
  private static final double MAX_SECONDS = 1e12;

  private static final DocumentLimits LIMITS =
      new DocumentLimits(MAX_BYTES, MAX_DEPTH, MAX_NUMBER_LENGTH);
  private static final DocumentReader JSON = DocumentReader.json(LIMITS);
  private static final DocumentReader MESSAGE_PACK = DocumentReader.messagePack(LIMITS);

  /** The keys of a snapshot that are not numbers. */
  private static final Set<String> RESERVED_KEYS = Set.of("channel", "timestamp", "tags");

  private final Channel channel;
  private final Instant arrivalTime;
  private final List<Metric> metrics = new ArrayList<>();

  private ExternalReader(Channel channel, Instant arrivalTime) {
    this.channel = channel;
    this.arrivalTime = arrivalTime;
  }

  /**
   * Parses a message.
   *
   * @param channel the channel it was published on
   * @param arrivalTime when it arrived
   * @return at least one metric, each with a timestamp
   * @throws MalformedDataException if it is not a valid message; the error gives the reason, and
   *     quotes no raw content
   */
  static List<Metric> read(Channel channel, byte[] message, Instant arrivalTime)
      throws MalformedDataException {
    ExternalReader reader = new ExternalReader(channel, arrivalTime);
    try {
      reader.collect(document(message));
    } catch (MalformedDocumentException e) {
      throw new MalformedDataException(String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new MalformedDataException("invalid metric: " + e.getMessage());
    }
    if (reader.metrics.isEmpty()) {
      throw new MalformedDataException("it contains no numbers");
    }
    return reader.metrics;
  }

  /**
   * Detects the format by the first byte: no JSON object or array begins like a map or array of
   * MessagePack, and vice versa.
   */
  private static @Nullable Object document(byte[] message)
      throws MalformedDataException, MalformedDocumentException {
    if (message == BoundedReply.TOO_LARGE) {
      throw new MalformedDataException("it is too long");
    }
    int first = message.length == 0 ? 0 : message[0] & 0xff;
    boolean blank = first == ' ' || first == '\t' || first == '\r' || first == '\n';
    if (first == '{' || first == '[' || blank) {
      return JSON.read(message);
    }
    boolean fixed = first >= 0x80 && first <= 0x9f;
    if (fixed || (first >= 0xdc && first <= 0xdf)) {
      return MESSAGE_PACK.read(message);
    }
    throw new MalformedDataException(
        "it is neither a JSON object or array nor a MessagePack map or array");
  }

  private void collect(@Nullable Object value) throws MalformedDataException {
    if (value instanceof List<?> list) {
      for (Object element : list) {
        collectMetric(element);
      }
    } else {
      collectMetric(value);
    }
  }

  private void collectMetric(@Nullable Object value) throws MalformedDataException {
    if (!(value instanceof Map<?, ?> map)) {
      throw new MalformedDataException("a metric is not a map");
    }
    Object declared = map.get("channel");
    if (declared != null && !declared.equals(channel.name())) {
      throw new MalformedDataException("its channel differs from the one it was published on");
    }
    Tags tags = tags(map.get("tags"));
    Instant time = time(map.get("timestamp"));
    if (map.get("name") instanceof String name && map.get("value") instanceof Number number) {
      add(name, type(map.get("type")), number, time, tags);
      return;
    }
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = String.valueOf(entry.getKey());
      if (!RESERVED_KEYS.contains(key)) {
        collectNumbers(key, entry.getValue(), time, tags);
      }
    }
  }

  /** Collects the numbers of a nested snapshot. The document reader has bounded the depth. */
  private void collectNumbers(String path, @Nullable Object value, Instant time, Tags tags)
      throws MalformedDataException {
    if (value instanceof Number number) {
      add(path, MetricType.GAUGE, number, time, tags);
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        collectNumbers(path + "." + entry.getKey(), entry.getValue(), time, tags);
      }
    }
  }

  private void add(String name, MetricType type, Number value, Instant time, Tags tags)
      throws MalformedDataException {
    if (metrics.size() == MAX_METRICS) {
      throw new MalformedDataException("it contains more than " + MAX_METRICS + " metrics");
    }
    metrics.add(new Metric(channel, name, type, value.doubleValue(), time, tags));
  }

  private static MetricType type(@Nullable Object type) throws MalformedDataException {
    if (type == null) {
      return MetricType.GAUGE;
    }
    if (type instanceof String name) {
      return new MetricType(name);
    }
    throw new MalformedDataException("a type is not a string");
  }

  private static Tags tags(@Nullable Object value) throws MalformedDataException {
    if (value == null) {
      return Tags.empty();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new MalformedDataException("the tags are not a map");
    }
    Map<String, String> tags = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getValue() instanceof String text)) {
        throw new MalformedDataException("a tag is not a string");
      }
      tags.put(String.valueOf(entry.getKey()), text);
    }
    return Tags.of(tags);
  }

  private Instant time(@Nullable Object value) throws MalformedDataException {
    if (value == null) {
      return arrivalTime;
    }
    if (value instanceof Number number && Math.abs(number.doubleValue()) <= MAX_SECONDS) {
      return Instant.ofEpochMilli(Math.round(number.doubleValue() * MILLIS));
    }
    if (value instanceof String text && text.length() <= MAX_TIME_LENGTH) {
      try {
        return OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeException e) {
        throw new MalformedDataException("a timestamp is not of the form 2025-11-08T12:00:00Z");
      }
    }
    throw new MalformedDataException(
        "a timestamp is neither an ISO 8601 time nor seconds since 1970");
  }
}
