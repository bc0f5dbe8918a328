package io.greenlang.metrics;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One reading: what was measured, where, when, and how much.
 *
 * <pre>{@code
 * hub.publish(Metric.gauge("orders.metrics", "queue.depth", 17, Tags.of("region", "eu")));
 * }</pre>
 *
 * @param channel where it is published
 * @param name 1 to {@value #MAX_NAME_LENGTH} characters; dots make a hierarchy, {@code cpu.percent}
 * @param type what successive values mean
 * @param value finite
 * @param timestamp when it was measured, to the millisecond; null for "when it is published"
 * @param tags its dimensions
 */
public record Metric(
    Channel channel,
    String name,
    MetricType type,
    double value,
    @Nullable Instant timestamp,
    Tags tags) {

  /** The longest name, in characters. */
  public static final int MAX_NAME_LENGTH = 128;

  /** The first instant that a four-digit year can show. */
  private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

  /** The last instant that a four-digit year can show. */
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  /**
   * A reading of any type.
   *
   * @throws IllegalArgumentException if the name is empty, too long or has control characters, the
   *     value is NaN or infinite (no message can carry it), or the time is outside the years 0 to
   *     9999
   */
  public Metric {
    Objects.requireNonNull(channel, "channel");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(tags, "tags");
    Text.requireName("metric name", name, MAX_NAME_LENGTH);
    if (name.startsWith(".") || name.endsWith(".") || name.contains("..")) {
      throw new IllegalArgumentException(
          "metric name \"" + Text.shown(name) + "\" has an empty part between its dots");
    }
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "value of " + channel + " " + name + " must be a finite number, but was " + value);
    }
    if (timestamp != null && (timestamp.isBefore(EARLIEST) || timestamp.isAfter(LATEST))) {
      throw new IllegalArgumentException(
          "timestamp of " + channel + " " + name + " must lie in the years 0 to 9999");
    }
  }

  /** A level, measured when it is published. */
  public static Metric gauge(String channel, String name, double value, Tags tags) {
    return gauge(new Channel(channel), name, value, tags);
  }

  /** A level, measured when it is published. */
  public static Metric gauge(Channel channel, String name, double value, Tags tags) {
    return new Metric(channel, name, MetricType.GAUGE, value, null, tags);
  }

  /** A running total, read when it is published. */
  public static Metric counter(String channel, String name, double total, Tags tags) {
    return counter(new Channel(channel), name, total, tags);
  }

  /** A running total, read when it is published. */
  public static Metric counter(Channel channel, String name, double total, Tags tags) {
    return new Metric(channel, name, MetricType.COUNTER, total, null, tags);
  }

  /** One observation of a distribution, made when it is published. */
  public static Metric histogram(String channel, String name, double observation, Tags tags) {
    return histogram(new Channel(channel), name, observation, tags);
  }

  /** One observation of a distribution, made when it is published. */
  public static Metric histogram(Channel channel, String name, double observation, Tags tags) {
    return new Metric(channel, name, MetricType.HISTOGRAM, observation, null, tags);
  }

  /**
   * The timestamp in milliseconds since 1970.
   *
   * @throws IllegalStateException if it has none yet
   */
  public long timestampMillis() {
    Instant time = timestamp;
    if (time == null) {
      throw new IllegalStateException(channel + " " + name + " has no timestamp yet");
    }
    return time.toEpochMilli();
  }

  /** The same reading, measured at {@code time}. */
  public Metric at(Instant time) {
    return new Metric(channel, name, type, value, time, tags);
  }
}
