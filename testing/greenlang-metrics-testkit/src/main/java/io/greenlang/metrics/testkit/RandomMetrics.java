package io.greenlang.metrics.testkit;

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

/** Metrics with every name, tag, value and time that there may be. */
final class RandomMetrics {

  private static final List<MetricType> TYPES =
      List.of(MetricType.GAUGE, MetricType.COUNTER, MetricType.HISTOGRAM);
  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final long SECONDS =
      Instant.parse("9999-12-31T23:59:59Z").getEpochSecond() - FIRST.getEpochSecond();

  /** Few, so that they collide: with each other, and with the fields of a message. */
  private static final List<String> PARTS =
      List.of("cpu", "percent", "tags", "type", "channel", "timestamp", "offset", "replayed", "a");

  private final Random random;
  private final Channel channel;

  RandomMetrics(long seed, Channel channel) {
    this.random = new Random(seed);
    this.channel = channel;
  }

  /** What one source publishes at once: few different tags and times. */
  List<Metric> publication() {
    List<Tags> tags = List.of(tags(), tags(), Tags.empty());
    List<Instant> times = List.of(time(), time());
    List<Metric> metrics = new ArrayList<>();
    for (int size = 1 + random.nextInt(12); size > 0; size--) {
      metrics.add(
          new Metric(
              channel,
              name(),
              TYPES.get(random.nextInt(TYPES.size())),
              RandomNumbers.next(random),
              times.get(random.nextInt(2)),
              tags.get(random.nextInt(3))));
    }
    return metrics;
  }

  private String name() {
    StringBuilder name = new StringBuilder(part());
    for (int parts = random.nextInt(3); parts > 0; parts--) {
      name.append('.').append(part());
    }
    return name.toString();
  }

  private String part() {
    boolean plain = random.nextInt(3) > 0;
    return plain ? PARTS.get(random.nextInt(PARTS.size())) : RandomText.next(random, 40);
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

  private Instant time() {
    long second = FIRST.getEpochSecond() + (long) (random.nextDouble() * SECONDS);
    Instant time = Instant.ofEpochSecond(second);
    return random.nextBoolean() ? time : time.plusMillis(random.nextInt(1000));
  }
}
