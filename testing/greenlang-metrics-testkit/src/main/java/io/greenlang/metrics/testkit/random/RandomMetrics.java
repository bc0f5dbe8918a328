package io.greenlang.metrics.testkit.random;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A generator of metrics that covers all valid names, tags, values and timestamps. */
public final class RandomMetrics {

  private static final List<MetricType> TYPES =
      List.of(MetricType.GAUGE, MetricType.COUNTER, MetricType.HISTOGRAM);
  private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
  private static final long RANGE_SECONDS =
      Instant.parse("9999-12-31T23:59:59Z").getEpochSecond() - EARLIEST.getEpochSecond();

  /** Name segments: few, so that they collide with each other and with fields of a message. */
  private static final List<String> SEGMENTS =
      List.of("cpu", "percent", "tags", "type", "channel", "timestamp", "offset", "replayed", "a");

  private final Random random;
  private final Channel channel;

  public RandomMetrics(long seed, Channel channel) {
    this.random = new Random(seed);
    this.channel = channel;
  }

  /** Returns the metrics that one source publishes together: few distinct tags and timestamps. */
  public List<Metric> nextPublication() {
    List<Tags> tags = List.of(tags(), tags(), Tags.empty());
    List<Instant> timestamps = List.of(timestamp(), timestamp());
    List<Metric> metrics = new ArrayList<>();
    for (int size = 1 + random.nextInt(12); size > 0; size--) {
      metrics.add(
          new Metric(
              channel,
              name(),
              TYPES.get(random.nextInt(TYPES.size())),
              RandomNumbers.next(random),
              timestamps.get(random.nextInt(2)),
              tags.get(random.nextInt(3))));
    }
    return metrics;
  }

  private String name() {
    StringBuilder name = new StringBuilder(segment());
    for (int segments = random.nextInt(3); segments > 0; segments--) {
      name.append('.').append(segment());
    }
    return name.toString();
  }

  private String segment() {
    boolean common = random.nextInt(3) > 0;
    return common ? SEGMENTS.get(random.nextInt(SEGMENTS.size())) : RandomText.next(random, 40);
  }

  private Tags tags() {
    Map<String, String> tags = new TreeMap<>();
    for (int size = random.nextInt(Tags.MAX_TAGS + 1); size > 0; size--) {
      tags.put(
          RandomText.next(random, Tags.MAX_KEY_LENGTH),
          random.nextInt(8) == 0 ? "" : RandomText.next(random, Tags.MAX_VALUE_LENGTH));
    }
    return Tags.of(tags);
  }

  private Instant timestamp() {
    long second = EARLIEST.getEpochSecond() + (long) (random.nextDouble() * RANGE_SECONDS);
    Instant timestamp = Instant.ofEpochSecond(second);
    return random.nextBoolean() ? timestamp : timestamp.plusMillis(random.nextInt(1000));
  }
}
