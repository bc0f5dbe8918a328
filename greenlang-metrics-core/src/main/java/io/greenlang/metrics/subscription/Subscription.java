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
 * What a client asks of one channel. Equal subscriptions share one feed, so everything that changes
 * the bytes of an answer is in here, and nothing else.
 *
 * @param channel the channel
 * @param tags which tags a metric must have
 * @param names which names it may have: any of these patterns
 * @param interval how long the windows are over which metrics are aggregated; null for metrics as
 *     they come
 * @param groupBy the tags to keep: series that differ in others only are merged; null to keep all.
 *     Needs an interval
 * @param format the shape of the messages
 * @param offsets whether each message says where the client stands once it has it, so that it can
 *     come back there
 */
public record Subscription(
    Channel channel,
    TagFilter tags,
    SortedSet<NamePattern> names,
    @Nullable Interval interval,
    @Nullable SortedSet<String> groupBy,
    Format format,
    boolean offsets) {

  /**
   * Copies the sets, so that two equal subscriptions stay equal.
   *
   * @throws IllegalArgumentException if there is a grouping and no interval
   */
  public Subscription {
    names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
    if (groupBy != null) {
      if (interval == null) {
        throw new IllegalArgumentException("groupBy needs an interval");
      }
      groupBy = Collections.unmodifiableSortedSet(new TreeSet<>(groupBy));
    }
  }

  /** The same without offsets, which only a client that means to come back asks for. */
  public Subscription(
      Channel channel,
      TagFilter tags,
      SortedSet<NamePattern> names,
      @Nullable Interval interval,
      @Nullable SortedSet<String> groupBy,
      Format format) {
    this(channel, tags, names, interval, groupBy, format, false);
  }

  /** Everything of a channel, a message a metric. */
  public static Subscription to(Channel channel) {
    return new Subscription(
        channel, TagFilter.ALL, new TreeSet<>(Set.of(NamePattern.ALL)), null, null, Format.METRIC);
  }

  /** The same, of metrics with these tags. */
  public Subscription withTags(TagFilter others) {
    return new Subscription(channel, others, names, interval, groupBy, format, offsets);
  }

  /** Whether a metric of this name and these tags is asked for. */
  public boolean matches(String name, Tags metricTags) {
    for (NamePattern pattern : names) {
      if (pattern.matches(name)) {
        return tags.matches(metricTags);
      }
    }
    return false;
  }
}
