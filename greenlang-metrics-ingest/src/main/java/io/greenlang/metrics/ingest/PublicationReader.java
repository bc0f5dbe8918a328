package io.greenlang.metrics.ingest;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.ingest.ReadPublication.Rejection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A parser for the publications of programs that do not use this library: one flat metric, a nested
 * snapshot, or a list of either, in JSON or MessagePack.
 *
 * <p>In a snapshot each number becomes a gauge, named by its dotted path. A metric or snapshot
 * without a timestamp takes the time of its arrival. Within a snapshot, texts other than {@code
 * tags}, booleans, lists and nulls are ignored.
 *
 * <p>A metric that cannot be accepted does not affect the others of its publication. Not
 * thread-safe; each publication has a separate parser.
 */
public final class PublicationReader {

  /** The maximum length of a publication, in bytes. */
  public static final int MAX_BYTES = 256 << 10;

  /** The maximum number of metrics of a publication, accepted or not. */
  public static final int MAX_METRICS = 5_000;

  /**
   * The maximum length of all reasons of a publication, in characters. A nested snapshot can give
   * each of its numbers a long name, which its reason quotes.
   */
  public static final int MAX_REASONS = 256 << 10;

  private static final String REASON_OMITTED = "left out, because the reasons are too long";

  /** The keys of a snapshot that are not numbers. */
  private static final Set<String> RESERVED_KEYS = Set.of("channel", "timestamp", "tags");

  private static final String NO_NUMBERS = "it contains no numbers";

  private final Channel channel;
  private final Instant arrivalTime;
  private final Predicate<MetricType> isKnown;
  private final List<Metric> metrics = new ArrayList<>();
  private final List<Rejection> rejections = new ArrayList<>();
  private int reasonsLength;

  private PublicationReader(Channel channel, Instant arrivalTime, Predicate<MetricType> isKnown) {
    this.channel = channel;
    this.arrivalTime = arrivalTime;
    this.isKnown = isKnown;
  }

  /**
   * Parses a publication.
   *
   * @param channel the channel it was published on
   * @param arrivalTime when it arrived
   * @param isKnown whether metrics of a type are accepted
   * @return at least one metric or rejection
   * @throws MalformedPublicationException if it is not a valid document, or too large. Then none of
   *     its metrics is accepted
   */
  public static ReadPublication read(
      PublicationFormat format,
      Channel channel,
      byte[] publication,
      Instant arrivalTime,
      Predicate<MetricType> isKnown)
      throws MalformedPublicationException {
    PublicationReader reader = new PublicationReader(channel, arrivalTime, isKnown);
    reader.collect(format.parse(publication));
    return new ReadPublication(reader.metrics, reader.rejections);
  }

  private void collect(@Nullable Object value) throws MalformedPublicationException {
    if (!(value instanceof List<?> list)) {
      collectElement(0, value);
      return;
    }
    if (list.isEmpty()) {
      throw new MalformedPublicationException(NO_NUMBERS);
    }
    for (int i = 0; i < list.size(); i++) {
      collectElement(i, list.get(i));
    }
  }

  /** Collects the metrics of one element of a list, or records why it has none. */
  private void collectElement(int index, @Nullable Object value)
      throws MalformedPublicationException {
    int before = metrics.size() + rejections.size();
    String reason = NO_NUMBERS;
    try {
      collectMetrics(index, value);
    } catch (MetricFields.InvalidFieldException e) {
      reason = e.reason();
    }
    if (metrics.size() + rejections.size() == before) {
      reject(index, reason);
    }
  }

  private void collectMetrics(int index, @Nullable Object value)
      throws MalformedPublicationException, MetricFields.InvalidFieldException {
    if (!(value instanceof Map<?, ?> map)) {
      throw new MetricFields.InvalidFieldException("a metric is not a map");
    }
    Object declared = map.get("channel");
    if (declared != null && !declared.equals(channel.name())) {
      throw new MetricFields.InvalidFieldException(
          "its channel differs from the one it was published on");
    }
    Element element =
        new Element(
            index,
            MetricFields.time(map.get("timestamp"), arrivalTime),
            MetricFields.tags(map.get("tags")));
    if (map.get("name") instanceof String name && map.get("value") instanceof Number number) {
      add(element, name, MetricFields.type(map.get("type")), number);
    } else {
      collectSnapshot(element, map);
    }
  }

  /** The parts that all metrics of one element of a list share. */
  private record Element(int index, Instant time, Tags tags) {}

  private void collectSnapshot(Element element, Map<?, ?> map)
      throws MalformedPublicationException {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = String.valueOf(entry.getKey());
      if (!RESERVED_KEYS.contains(key)) {
        collectNumbers(element, key, entry.getValue());
      }
    }
  }

  /** Collects the numbers of a nested snapshot. The document reader has bounded the depth. */
  private void collectNumbers(Element element, String path, @Nullable Object value)
      throws MalformedPublicationException {
    if (value instanceof Number number) {
      add(element, path, MetricType.GAUGE, number);
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        collectNumbers(element, path + "." + entry.getKey(), entry.getValue());
      }
    }
  }

  private void add(Element element, String name, MetricType type, Number value)
      throws MalformedPublicationException {
    if (!isKnown.test(type)) {
      reject(element.index(), "no aggregator knows the type " + type);
      return;
    }
    Metric metric;
    try {
      metric = new Metric(channel, name, type, value.doubleValue(), element.time(), element.tags());
    } catch (IllegalArgumentException e) {
      reject(element.index(), MetricFields.INVALID + e.getMessage());
      return;
    }
    requireRoom();
    metrics.add(metric);
  }

  private void reject(int index, String reason) throws MalformedPublicationException {
    requireRoom();
    reasonsLength += reason.length();
    rejections.add(new Rejection(index, reasonsLength <= MAX_REASONS ? reason : REASON_OMITTED));
  }

  private void requireRoom() throws MalformedPublicationException {
    if (metrics.size() + rejections.size() == MAX_METRICS) {
      throw new MalformedPublicationException("it contains more than " + MAX_METRICS + " metrics");
    }
  }
}
