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
import java.time.Instant;
import java.util.ArrayList;
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
    if (isJson(first)) {
      return JSON.read(message);
    }
    if (isMessagePack(first)) {
      return MESSAGE_PACK.read(message);
    }
    throw new MalformedDataException(
        "it is neither a JSON object or array nor a MessagePack map or array");
  }

  private static boolean isJson(int first) {
    boolean blank = first == ' ' || first == '\t' || first == '\r' || first == '\n';
    return first == '{' || first == '[' || blank;
  }

  private static boolean isMessagePack(int first) {
    boolean fixed = first >= 0x80 && first <= 0x9f;
    return fixed || (first >= 0xdc && first <= 0xdf);
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
    Tags tags = ExternalFields.tags(map.get("tags"));
    Instant time = ExternalFields.time(map.get("timestamp"), arrivalTime);
    if (map.get("name") instanceof String name && map.get("value") instanceof Number number) {
      add(name, ExternalFields.type(map.get("type")), number, time, tags);
    } else {
      collectSnapshot(map, time, tags);
    }
  }

  private void collectSnapshot(Map<?, ?> map, Instant time, Tags tags)
      throws MalformedDataException {
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
}
