package io.greenlang.metrics.client.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One sample or, with an interval, one window of a series. Immutable.
 *
 * @param channel the channel
 * @param name the name of the metric
 * @param type the kind of the metric
 * @param value a level, a running total, one observation, or the mean of a distribution; NaN if a
 *     custom aggregator of the server failed to compute it
 * @param timestamp the time of the sample, or the start of the window
 * @param tags the tags of the series; empty if there are none
 * @param interval the length of the window; null for a sample. A client that lagged receives wider
 *     windows than it requested
 * @param statistics the further numbers by their names in the protocol, such as {@code count},
 *     {@code min}, {@code rate} and {@code p99}; empty if there are none
 * @param buckets the buckets of a histogram, if the subscription requests them; otherwise null
 */
public record Metric(
    String channel,
    String name,
    MetricType type,
    double value,
    Instant timestamp,
    Map<String, String> tags,
    @Nullable Duration interval,
    Map<String, Double> statistics,
    @Nullable Buckets buckets) {

  /** Copies the maps. */
  public Metric {
    Objects.requireNonNull(channel, "channel");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(timestamp, "timestamp");
    tags = tags.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    statistics =
        statistics.isEmpty()
            ? Map.of()
            : Collections.unmodifiableMap(new LinkedHashMap<>(statistics));
  }

  /** Returns whether this is a window and not a sample. */
  public boolean isWindow() {
    return interval != null;
  }

  /** Returns the number of samples of the window, or of observations of the distribution. */
  public OptionalLong count() {
    Double count = statistics.get("count");
    return count == null ? OptionalLong.empty() : OptionalLong.of(count.longValue());
  }

  /** Returns the smallest sample of the window, or the smallest observation. */
  public OptionalDouble min() {
    return statistic("min");
  }

  /** Returns the greatest sample of the window, or the greatest observation. */
  public OptionalDouble max() {
    return statistic("max");
  }

  /** Returns the sum of the observations; empty unless the metric has a distribution. */
  public OptionalDouble sum() {
    return statistic("sum");
  }

  /** Returns the increase of a counter since its previous window; empty for other metrics. */
  public OptionalDouble delta() {
    return statistic("delta");
  }

  /** Returns the increase of a counter per second; empty for other metrics. */
  public OptionalDouble rate() {
    return statistic("rate");
  }

  /**
   * Returns a further number.
   *
   * @param name its name in the protocol, such as {@code p95}
   * @return empty if the metric does not have the number
   */
  public OptionalDouble statistic(String name) {
    Double number = statistics.get(name);
    return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
  }

  /**
   * Returns the distribution of a histogram: a window of observations, or a publication that
   * carries a distribution.
   *
   * @return empty if the metric is a single observation, or no histogram
   */
  public Optional<Distribution> distribution() {
    boolean isDistribution = type == MetricType.HISTOGRAM && statistics.containsKey("count");
    return isDistribution ? Optional.of(Distribution.of(this)) : Optional.empty();
  }
}
