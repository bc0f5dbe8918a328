package io.greenlang.metrics.client.model;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The metrics to receive: the channels, and the selection, windows and encoding of their metrics.
 * Immutable; each method returns a changed copy.
 *
 * <pre>{@code
 * MetricSubscription.of("system.metrics").tag("env", "production").interval(Interval.FIVE_SECONDS)
 * }</pre>
 *
 * <p>A client has one subscription per channel. A new one for the channel replaces the previous
 * one. The server validates the limits, which the protocol documents.
 */
public final class MetricSubscription {

  private final List<String> channels;
  private final CommandFields fields;

  private MetricSubscription(List<String> channels, CommandFields fields) {
    this.channels = channels;
    this.fields = fields;
  }

  /**
   * Returns a subscription to all metrics of channels, unaggregated.
   *
   * @param channels names, prefixes such as {@code system.*}, or {@code *}
   * @throws IllegalArgumentException if there are none, or one is empty
   */
  public static MetricSubscription of(String... channels) {
    return new MetricSubscription(requireChannels(List.of(channels)), CommandFields.NONE);
  }

  private static List<String> requireChannels(List<String> channels) {
    if (channels.isEmpty() || channels.contains("")) {
      throw new IllegalArgumentException(
          "channels must be at least one name, and not empty, but are " + channels);
    }
    return channels;
  }

  /**
   * Restricts the metrics to names, or prefixes such as {@code cpu.*}.
   *
   * @throws IllegalArgumentException if there are none
   */
  public MetricSubscription metrics(String... names) {
    return copy(fields.withMetrics(names));
  }

  /** Restricts the series to those with one of these values of a tag. All tags must match. */
  public MetricSubscription tag(String key, String... accepted) {
    return copy(fields.withTag(key, accepted));
  }

  /**
   * Requests windows of this length instead of samples.
   *
   * @throws IllegalArgumentException if it is {@link Interval#ONE_DAY}, which only history has
   */
  public MetricSubscription interval(Interval interval) {
    if (interval == Interval.ONE_DAY) {
      throw new IllegalArgumentException(
          "the interval of a subscription must be at most 1h, but is 1d; request history for days");
    }
    return copy(fields.with("aggregation_interval", interval.wireName()));
  }

  /**
   * Merges series that differ only in other tags. Requires an interval; without keys, all series of
   * a name are merged.
   */
  public MetricSubscription groupBy(String... keys) {
    return copy(fields.withNames("group_by", keys));
  }

  /** Requests further quantiles of histograms, such as 0.9 and 0.999. */
  public MetricSubscription quantiles(double... ranks) {
    return copy(fields.withQuantiles(ranks));
  }

  /** Requests the buckets of histograms. */
  public MetricSubscription buckets() {
    return copy(fields.with("buckets", true));
  }

  /** Requests MessagePack instead of JSON for the metrics. */
  public MetricSubscription messagePack() {
    return copy(fields.with("compression", true));
  }

  /** Requests all metrics of a publication in one frame. */
  public MetricSubscription batch() {
    return copy(fields.with("batch", true));
  }

  /**
   * Requests one frame per publication, in MessagePack, that names each series only once. A sample
   * of a JVM or a host takes 1 to 2 bytes instead of 130.
   */
  public MetricSubscription columns() {
    return copy(fields.with("format", "columnar").with("compression", true));
  }

  /**
   * Requests one frame per publication and tag set, without types. The client delivers its numbers
   * as gauges; those of a distribution have names such as {@code latency.p95}.
   */
  public MetricSubscription snapshots() {
    return copy(fields.with("format", "snapshot"));
  }

  /** Requests the latest value of every series before live metrics. */
  public MetricSubscription latest() {
    return copy(fields.with("latest", true));
  }

  /** Requests the units and descriptions of the metrics. */
  public MetricSubscription metadata() {
    return copy(fields.with("metadata", true));
  }

  private MetricSubscription copy(CommandFields changed) {
    return new MetricSubscription(channels, changed);
  }

  /**
   * Returns the same subscription to other channels.
   *
   * @throws IllegalArgumentException if there are none, or one is empty
   */
  public MetricSubscription withChannels(List<String> others) {
    return new MetricSubscription(requireChannels(List.copyOf(others)), fields);
  }

  /** Returns the requested channels: names, prefixes such as {@code system.*}, or {@code *}. */
  public List<String> channels() {
    return channels;
  }

  /** Returns the options, under the names of their fields in the protocol. */
  public Map<String, Object> options() {
    return fields.values();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MetricSubscription that
        && channels.equals(that.channels)
        && fields.equals(that.fields);
  }

  @Override
  public int hashCode() {
    return Objects.hash(channels, fields);
  }

  /** Returns the channels and the options. */
  @Override
  public String toString() {
    return channels + " " + fields.values();
  }
}
