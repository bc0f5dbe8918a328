package io.greenlang.metrics.subscription;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Tags;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A client's subscription to one channel. Equal subscriptions share one feed, so this record
 * contains everything that affects the bytes of the messages, and nothing else. Immutable.
 *
 * @param channel the channel
 * @param tags the tags that a metric must have
 * @param names the patterns for metric names; a metric must match at least one
 * @param interval the length of the windows over which metrics are aggregated; null for metrics as
 *     they are published
 * @param groupBy the tag keys to keep: series that differ only in other tags are merged; null to
 *     keep all tags. Requires an interval
 * @param format the shape of the messages
 * @param histogramFields the further fields of histograms
 * @param offsets whether each message carries the client's stream position, from which the client
 *     can resume
 */
public record Subscription(
    Channel channel,
    TagFilter tags,
    SortedSet<NamePattern> names,
    @Nullable Interval interval,
    @Nullable SortedSet<String> groupBy,
    Format format,
    HistogramFields histogramFields,
    boolean offsets) {

  /**
   * Copies the sets, so that two equal subscriptions stay equal.
   *
   * @throws IllegalArgumentException if there is a {@code groupBy} but no interval
   */
  public Subscription {
    names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
    if (groupBy != null) {
      if (interval == null) {
        throw new IllegalArgumentException("groupBy requires an interval");
      }
      groupBy = Collections.unmodifiableSortedSet(new TreeSet<>(groupBy));
    }
  }

  /** Creates a subscription without further fields of histograms. */
  public Subscription(
      Channel channel,
      TagFilter tags,
      SortedSet<NamePattern> names,
      @Nullable Interval interval,
      @Nullable SortedSet<String> groupBy,
      Format format,
      boolean offsets) {
    this(channel, tags, names, interval, groupBy, format, HistogramFields.NONE, offsets);
  }

  /** Creates a subscription without offsets. Only clients that intend to resume request offsets. */
  public Subscription(
      Channel channel,
      TagFilter tags,
      SortedSet<NamePattern> names,
      @Nullable Interval interval,
      @Nullable SortedSet<String> groupBy,
      Format format) {
    this(channel, tags, names, interval, groupBy, format, HistogramFields.NONE, false);
  }

  /** Returns a subscription to every metric of a channel, one message per metric. */
  public static Subscription ofChannel(Channel channel) {
    return new Subscription(
        channel, TagFilter.ALL, new TreeSet<>(Set.of(NamePattern.ALL)), null, null, Format.METRIC);
  }

  /** Returns a copy of this subscription with another tag filter. */
  public Subscription withTags(TagFilter newTags) {
    return new Subscription(
        channel, newTags, names, interval, groupBy, format, histogramFields, offsets);
  }

  /** Returns whether the subscription includes a metric with this name and these tags. */
  public boolean matches(String name, Tags metricTags) {
    return matchesName(name) && tags.matches(metricTags);
  }

  /** Returns whether the subscription includes metrics with this name. */
  public boolean matchesName(String name) {
    for (NamePattern pattern : names) {
      if (pattern.matches(name)) {
        return true;
      }
    }
    return false;
  }
}
