package io.greenlang.metrics.client.model;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A query for the history of one channel. Immutable; each method returns a changed copy.
 *
 * <pre>{@code
 * HistoryQuery.of("system.metrics", hourAgo).metrics("cpu.percent").interval(Interval.ONE_MINUTE)
 * }</pre>
 */
public final class HistoryQuery {

  /** The default of {@link #limit}. */
  public static final int DEFAULT_LIMIT = 100_000;

  private final CommandFields fields;
  private final int limit;

  private HistoryQuery(CommandFields fields, int limit) {
    this.fields = fields;
    this.limit = limit;
  }

  /**
   * Returns a query for everything from a time on, at the finest resolution that the server retains
   * for all of it.
   *
   * @param channel the name of the channel
   * @param start the inclusive start. Windows are included from the one that contains it
   */
  public static HistoryQuery of(String channel, Instant start) {
    CommandFields fields =
        CommandFields.NONE.with("channel", channel).with("start_time", start.toString());
    return new HistoryQuery(fields, DEFAULT_LIMIT);
  }

  /** Specifies the exclusive end; by default the time at which the server handles the query. */
  public HistoryQuery until(Instant end) {
    return with("end_time", end.toString());
  }

  /**
   * Restricts the metrics to names, or prefixes such as {@code cpu.*}.
   *
   * @throws IllegalArgumentException if there are none
   */
  public HistoryQuery metrics(String... names) {
    return new HistoryQuery(fields.withMetrics(names), limit);
  }

  /** Restricts the series to those with one of these values of a tag. All tags must match. */
  public HistoryQuery tag(String key, String... accepted) {
    return new HistoryQuery(fields.withTag(key, accepted), limit);
  }

  /** Requests windows of this length. */
  public HistoryQuery interval(Interval interval) {
    return with("aggregation_interval", interval.wireName());
  }

  /** Requests further quantiles of histograms, such as 0.9 and 0.999. */
  public HistoryQuery quantiles(double... ranks) {
    return new HistoryQuery(fields.withQuantiles(ranks), limit);
  }

  /** Requests the buckets of histograms. */
  public HistoryQuery buckets() {
    return with("buckets", true);
  }

  /**
   * Requests the units and descriptions of the metrics. Each page has its own, and listeners of the
   * client's {@code onMetadata} receive them, too.
   */
  public HistoryQuery metadata() {
    return with("metadata", true);
  }

  /**
   * Specifies the maximum number of metrics: of all pages together, or of the one page. A page of
   * the server has at most 10,000.
   *
   * @param limit at least 1; the default is {@link #DEFAULT_LIMIT}
   * @throws IllegalArgumentException if the limit is less than 1
   */
  public HistoryQuery limit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit is " + limit + "; it must be 1 or more");
    }
    return new HistoryQuery(fields, limit);
  }

  /** Returns the query for the page that a cursor of the server names. */
  public HistoryQuery page(String cursor) {
    return with("cursor", cursor);
  }

  private HistoryQuery with(String name, Object value) {
    return new HistoryQuery(fields.with(name, value), limit);
  }

  /** Returns the maximum number of metrics. */
  public int limit() {
    return limit;
  }

  /** Returns all options but the limit, under the names of their fields in the protocol. */
  public Map<String, Object> options() {
    return fields.values();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HistoryQuery that && fields.equals(that.fields) && limit == that.limit;
  }

  @Override
  public int hashCode() {
    return Objects.hash(fields, limit);
  }

  /** Returns the options and the limit. */
  @Override
  public String toString() {
    return fields.values() + " limit " + limit;
  }
}
