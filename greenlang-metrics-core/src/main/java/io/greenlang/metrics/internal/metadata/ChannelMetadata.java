package io.greenlang.metrics.internal.metadata;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.util.ThrottledLog;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The descriptions of a channel's metrics, one per name. The last one wins. Each change has a
 * version, so that a view finds the changes since its own. Thread-safe; reading takes no lock.
 */
public final class ChannelMetadata {

  private static final Logger log = LoggerFactory.getLogger(ChannelMetadata.class);

  /**
   * A description.
   *
   * @param version the version of the channel that it created
   * @param derived whether it follows from the description of a histogram
   */
  record Entry(MetricDescription description, long version, boolean derived) {}

  private final Channel channel;
  private final DerivedStatistics derivedStatistics;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final ThrottledLog throttledLog = new ThrottledLog(log);

  /** The version of the latest change; set after the entry. */
  private volatile long version;

  /** Creates the metadata of a channel, without descriptions. */
  public ChannelMetadata(Channel channel, DerivedStatistics derivedStatistics) {
    this.channel = channel;
    this.derivedStatistics = derivedStatistics;
  }

  /**
   * Adds descriptions. The gauges that are derived from a histogram take its unit, unless they have
   * their own description.
   *
   * @param descriptions descriptions of this channel's metrics
   * @return the descriptions that are new, without derived ones
   */
  public List<MetricDescription> putAll(Collection<MetricDescription> descriptions) {
    List<MetricDescription> changed = new ArrayList<>();
    for (MetricDescription description : descriptions) {
      if (!isKnown(description) && putWithDerived(description)) {
        changed.add(description);
      }
    }
    return changed;
  }

  private boolean isKnown(MetricDescription description) {
    Entry known = entries.get(description.name());
    return known != null && !known.derived() && known.description().equals(description);
  }

  private synchronized boolean putWithDerived(MetricDescription description) {
    boolean added = !isKnown(description) && put(description, false);
    if (added) {
      derivedStatistics.describe(description).forEach(gauge -> put(gauge, true));
    }
    return added;
  }

  private boolean put(MetricDescription description, boolean derived) {
    Entry known = entries.get(description.name());
    if (known == null && entries.size() >= MetricDescription.MAX_PER_CHANNEL) {
      throttledLog.warn(
          "Channel {} already has {} descriptions of metrics; dropped further ones",
          channel,
          MetricDescription.MAX_PER_CHANNEL);
      return false;
    }
    if (derived && known != null && !known.derived()) {
      return false;
    }
    long next = version + 1;
    entries.put(description.name(), new Entry(description, next, derived));
    version = next;
    return true;
  }

  /** Returns the description of a metric; null if there is none. */
  public @Nullable MetricDescription find(String name) {
    Entry entry = entry(name);
    return entry == null ? null : entry.description();
  }

  /** Returns the description of a metric and its version; null if there is none. */
  @Nullable Entry entry(String name) {
    return entries.get(name);
  }

  /** Returns the version of the latest change; 0 if there was none. */
  long version() {
    return version;
  }

  /**
   * Returns the changes after a version up to another one, in order. A description that has changed
   * again since then is omitted.
   */
  List<MetricDescription> changes(long after, long until, Predicate<String> names) {
    return entries.values().stream()
        .filter(entry -> entry.version() > after && entry.version() <= until)
        .filter(entry -> names.test(entry.description().name()))
        .sorted(Comparator.comparingLong(Entry::version))
        .map(Entry::description)
        .toList();
  }
}
