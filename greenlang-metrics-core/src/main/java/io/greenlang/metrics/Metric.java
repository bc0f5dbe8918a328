package io.greenlang.metrics;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sample: one measured value of a series, with its channel, name, type and tags. Immutable.
 *
 * <pre>{@code
 * hub.publish(Metric.gauge("orders.metrics", "queue.depth", 17, Tags.of("region", "eu")));
 * }</pre>
 *
 * @param channel the channel to publish it on
 * @param name 1 to {@value #MAX_NAME_LENGTH} characters; dots form a hierarchy, as in {@code
 *     cpu.percent}, whose parts are neither empty nor {@code __proto__}; no control characters
 * @param type the meaning of successive values, which determines how they are aggregated
 * @param value the measured value; finite
 * @param timestamp the time of measurement, sent with millisecond precision; null for the time of
 *     publication
 * @param tags the dimensions of the series
 * @param detail the data beside the value; null for nothing. A {@link Distribution} belongs to a
 *     histogram, and a {@link CounterStart} to a counter
 */
public record Metric(
    Channel channel,
    String name,
    MetricType type,
    double value,
    @Nullable Instant timestamp,
    Tags tags,
    @Nullable SampleDetail detail) {

  /** The maximum length of a name, in characters. */
  public static final int MAX_NAME_LENGTH = 128;

  /** The first instant with a four-digit year. */
  private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

  /** The last instant with a four-digit year. */
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  /**
   * Creates a sample of any type.
   *
   * @throws IllegalArgumentException if the name does not have the form described above; if the
   *     value is NaN or infinite, which no message can carry; if the timestamp is outside the years
   *     0 to 9999; or if the detail belongs to another type
   */
  public Metric {
    Objects.requireNonNull(channel, "channel");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(tags, "tags");
    Text.requirePath("metric name", name, MAX_NAME_LENGTH);
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "value of " + channel + " " + name + " must be a finite number, but was " + value);
    }
    if (timestamp != null && !hasFourDigitYear(timestamp)) {
      throw new IllegalArgumentException(
          "timestamp of " + channel + " " + name + " must be within the years 0 to 9999");
    }
    requireTypeOf(detail, channel, name, type);
  }

  /** Returns whether a time is within the years 0 to 9999, which messages can carry. */
  static boolean hasFourDigitYear(Instant time) {
    return !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
  }

  private static void requireTypeOf(
      @Nullable SampleDetail detail, Channel channel, String name, MetricType type) {
    MetricType expected = type;
    if (detail instanceof Distribution) {
      expected = MetricType.HISTOGRAM;
    } else if (detail instanceof CounterStart) {
      expected = MetricType.COUNTER;
    }
    if (!type.equals(expected)) {
      throw new IllegalArgumentException(
          channel
              + " "
              + name
              + " has "
              + detail
              + ", so its type must be "
              + expected
              + ", but is "
              + type);
    }
  }

  /**
   * Creates a sample of any type that carries nothing but its value.
   *
   * @throws IllegalArgumentException if an argument is invalid; see {@link #Metric}
   */
  public Metric(
      Channel channel,
      String name,
      MetricType type,
      double value,
      @Nullable Instant timestamp,
      Tags tags) {
    this(channel, name, type, value, timestamp, tags, null);
  }

  /**
   * Returns a gauge sample, which takes its timestamp when it is published.
   *
   * @param value the current level; finite
   * @throws IllegalArgumentException if an argument is invalid; see {@link #Metric}
   */
  public static Metric gauge(String channel, String name, double value, Tags tags) {
    return gauge(new Channel(channel), name, value, tags);
  }

  /**
   * Returns a gauge sample, which takes its timestamp when it is published.
   *
   * @param value the current level; finite
   * @throws IllegalArgumentException if an argument is invalid; see {@link #Metric}
   */
  public static Metric gauge(Channel channel, String name, double value, Tags tags) {
    return new Metric(channel, name, MetricType.GAUGE, value, null, tags);
  }

  /**
   * Returns a counter sample, which takes its timestamp when it is published.
   *
   * @param total the running total, not the increment; finite
   * @throws IllegalArgumentException if an argument is invalid; see {@link #Metric}
   */
  public static Metric counter(String channel, String name, double total, Tags tags) {
    return counter(new Channel(channel), name, total, tags);
  }

  /**
   * Returns a counter sample, which takes its timestamp when it is published.
   *
   * @param total the running total, not the increment; finite
   * @throws IllegalArgumentException if an argument is invalid; see {@link #Metric}
   */
  public static Metric counter(Channel channel, String name, double total, Tags tags) {
    return new Metric(channel, name, MetricType.COUNTER, total, null, tags);
  }

  /**
   * Returns a histogram sample, which takes its timestamp when it is published.
   *
   * @param observation one observed value; finite
   * @throws IllegalArgumentException if an argument is invalid; see {@link #Metric}
   */
  public static Metric histogram(String channel, String name, double observation, Tags tags) {
    return histogram(new Channel(channel), name, observation, tags);
  }

  /**
   * Returns a histogram sample, which takes its timestamp when it is published.
   *
   * @param observation one observed value; finite
   * @throws IllegalArgumentException if an argument is invalid; see {@link #Metric}
   */
  public static Metric histogram(Channel channel, String name, double observation, Tags tags) {
    return new Metric(channel, name, MetricType.HISTOGRAM, observation, null, tags);
  }

  /**
   * Returns a sample that carries the distribution of an interval, which takes its timestamp when
   * it is published. Its value is the mean.
   *
   * @throws IllegalArgumentException if an argument is invalid; see {@link #Metric}
   */
  public static Metric distribution(
      String channel, String name, Distribution distribution, Tags tags) {
    return distribution(new Channel(channel), name, distribution, tags);
  }

  /**
   * Returns a sample that carries the distribution of an interval, which takes its timestamp when
   * it is published. Its value is the mean.
   *
   * @throws IllegalArgumentException if an argument is invalid; see {@link #Metric}
   */
  public static Metric distribution(
      Channel channel, String name, Distribution distribution, Tags tags) {
    return new Metric(
        channel, name, MetricType.HISTOGRAM, distribution.mean(), null, tags, distribution);
  }

  /**
   * Returns the timestamp in epoch milliseconds.
   *
   * @throws IllegalStateException if the timestamp is null
   */
  public long timestampMillis() {
    Instant measuredAt = timestamp;
    if (measuredAt == null) {
      throw new IllegalStateException(channel + " " + name + " has no timestamp yet");
    }
    return measuredAt.toEpochMilli();
  }

  /**
   * Returns a copy of this sample with another timestamp.
   *
   * @throws IllegalArgumentException if the timestamp is outside the years 0 to 9999
   */
  public Metric withTimestamp(Instant newTimestamp) {
    return new Metric(channel, name, type, value, newTimestamp, tags, detail);
  }

  /**
   * Returns a copy of this counter sample that states when the counter was zero, so that its first
   * total counts as an increase and a restart is recognized.
   *
   * @throws IllegalArgumentException if this is not a counter
   */
  public Metric startedAt(Instant start) {
    return new Metric(channel, name, type, value, timestamp, tags, new CounterStart(start));
  }
}
