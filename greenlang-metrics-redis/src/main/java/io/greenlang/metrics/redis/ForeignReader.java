package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.codec.DocumentLimits;
import io.greenlang.metrics.codec.DocumentReader;
import io.greenlang.metrics.codec.MalformedDocumentException;
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
 * Understands what other programs publish: one flat metric, a nested snapshot, or a list of such,
 * in JSON or MessagePack.
 *
 * <p>In a snapshot each number is a gauge, named by its dotted path. A metric or snapshot without a
 * time was measured when it arrived. Texts other than {@code tags}, flags, lists and nulls within a
 * snapshot say nothing about metrics, and are passed over.
 */
final class ForeignReader {

  /** The largest message. */
  static final int MAX_BYTES = 256 << 10;

  /** The most metrics that one message can have. */
  static final int MAX_METRICS = 5_000;

  private static final int MAX_DEPTH = 16;
  private static final int MAX_NUMBER_LENGTH = 64;
  private static final int MAX_TIME_LENGTH = 40;
  private static final double MILLIS = 1_000;

  /**
   * Seconds since 1970 as a number can say them: beyond, they are no time that a metric can have.
   */
  private static final double MAX_SECONDS = 1e12;

  private static final DocumentLimits LIMITS =
      new DocumentLimits(MAX_BYTES, MAX_DEPTH, MAX_NUMBER_LENGTH);
  private static final DocumentReader JSON = DocumentReader.json(LIMITS);
  private static final DocumentReader MESSAGE_PACK = DocumentReader.messagePack(LIMITS);

  /** What a snapshot has beside its numbers. */
  private static final Set<String> ABOUT_ALL = Set.of("channel", "timestamp", "tags");

  private final Channel channel;
  private final Instant arrived;
  private final List<Metric> metrics = new ArrayList<>();

  private ForeignReader(Channel channel, Instant arrived) {
    this.channel = channel;
    this.arrived = arrived;
  }

  /**
   * Reads a message.
   *
   * @param channel where it was published
   * @param arrived when it came
   * @return at least one metric, each with a time
   * @throws Malformed if it is none; the message says why, and nothing of it raw
   */
  static List<Metric> read(Channel channel, byte[] message, Instant arrived) throws Malformed {
    ForeignReader reader = new ForeignReader(channel, arrived);
    try {
      reader.takeAny(document(message));
    } catch (MalformedDocumentException e) {
      throw new Malformed(String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new Malformed("a metric that cannot be: " + e.getMessage());
    }
    if (reader.metrics.isEmpty()) {
      throw new Malformed("no numbers in it");
    }
    return reader.metrics;
  }

  /** No JSON object or array begins like a map or list of MessagePack, nor the other way round. */
  private static @Nullable Object document(byte[] message)
      throws Malformed, MalformedDocumentException {
    if (message == BoundedReply.TOO_LARGE) {
      throw new Malformed("too long");
    }
    int first = message.length == 0 ? 0 : message[0] & 0xff;
    boolean blank = first == ' ' || first == '\t' || first == '\r' || first == '\n';
    if (first == '{' || first == '[' || blank) {
      return JSON.read(message);
    }
    boolean small = first >= 0x80 && first <= 0x9f;
    if (small || (first >= 0xdc && first <= 0xdf)) {
      return MESSAGE_PACK.read(message);
    }
    throw new Malformed("neither a JSON nor a MessagePack map or list");
  }

  private void takeAny(@Nullable Object value) throws Malformed {
    if (value instanceof List<?> list) {
      for (Object each : list) {
        take(each);
      }
    } else {
      take(value);
    }
  }

  private void take(@Nullable Object value) throws Malformed {
    if (!(value instanceof Map<?, ?> map)) {
      throw new Malformed("a metric that is no map");
    }
    Object named = map.get("channel");
    if (named != null && !named.equals(channel.name())) {
      throw new Malformed("its channel is not the one that it was published on");
    }
    Tags tags = tags(map.get("tags"));
    Instant time = time(map.get("timestamp"));
    if (map.get("name") instanceof String name && map.get("value") instanceof Number reading) {
      add(name, type(map.get("type")), reading, time, tags);
      return;
    }
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = String.valueOf(entry.getKey());
      if (!ABOUT_ALL.contains(key)) {
        takeNumbers(key, entry.getValue(), time, tags);
      }
    }
  }

  /** The reader has bounded how deep this goes. */
  private void takeNumbers(String path, @Nullable Object value, Instant time, Tags tags)
      throws Malformed {
    if (value instanceof Number number) {
      add(path, MetricType.GAUGE, number, time, tags);
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        takeNumbers(path + "." + entry.getKey(), entry.getValue(), time, tags);
      }
    }
  }

  private void add(String name, MetricType type, Number value, Instant time, Tags tags)
      throws Malformed {
    if (metrics.size() == MAX_METRICS) {
      throw new Malformed("more than " + MAX_METRICS + " metrics");
    }
    metrics.add(new Metric(channel, name, type, value.doubleValue(), time, tags));
  }

  private static MetricType type(@Nullable Object type) throws Malformed {
    if (type == null) {
      return MetricType.GAUGE;
    }
    if (type instanceof String name) {
      return new MetricType(name);
    }
    throw new Malformed("a type that is no text");
  }

  private static Tags tags(@Nullable Object value) throws Malformed {
    if (value == null) {
      return Tags.empty();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new Malformed("tags that are no map");
    }
    Map<String, String> tags = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getValue() instanceof String text)) {
        throw new Malformed("a tag that is no text");
      }
      tags.put(String.valueOf(entry.getKey()), text);
    }
    return Tags.of(tags);
  }

  private Instant time(@Nullable Object value) throws Malformed {
    if (value == null) {
      return arrived;
    }
    if (value instanceof Number number && Math.abs(number.doubleValue()) <= MAX_SECONDS) {
      return Instant.ofEpochMilli(Math.round(number.doubleValue() * MILLIS));
    }
    if (value instanceof String text && text.length() <= MAX_TIME_LENGTH) {
      try {
        return OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeException e) {
        throw new Malformed("a timestamp that is no time such as 2025-11-08T12:00:00Z");
      }
    }
    throw new Malformed("a timestamp that is neither a time nor seconds since 1970");
  }
}
