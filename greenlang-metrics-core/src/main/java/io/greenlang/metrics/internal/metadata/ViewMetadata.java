package io.greenlang.metrics.internal.metadata;

import io.greenlang.metrics.MetricDescription;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The descriptions that one client has yet to receive with one view. A publisher describes a metric
 * before it publishes it. The session takes frames from the view's ring, then polls these
 * descriptions, and sends them first. Each name is therefore described before its first metric.
 * Used by one thread at a time.
 */
public final class ViewMetadata {

  private final ChannelMetadata channel;
  private final Predicate<String> filter;
  private final @Nullable ViewNames names;

  /** The descriptions to send, by name. */
  private final Map<String, MetricDescription> pending = new LinkedHashMap<>();

  /** Descriptions later than {@link #version} that were sent with a new name, by name. */
  private final Map<String, MetricDescription> sentAhead = new HashMap<>();

  /** The version up to which descriptions are sent or pending. */
  private long version;

  /** The number of the view's names whose descriptions are sent or pending. */
  private int nameCount;

  /**
   * Creates the metadata of a view of which the client has received nothing.
   *
   * @param filter returns whether the view selects a name
   * @param names the names that the view has; null for all that the filter selects
   */
  public ViewMetadata(
      ChannelMetadata channel, Predicate<String> filter, @Nullable ViewNames names) {
    this.channel = channel;
    this.filter = filter;
    this.names = names;
  }

  /** Returns whether {@link #poll} has something to look for. Takes no lock and is cheap. */
  public boolean hasChanges() {
    return !pending.isEmpty()
        || channel.version() != version
        || (names != null && names.size() != nameCount);
  }

  /** Returns the next descriptions, at most {@code max} of them; none if nothing has changed. */
  public List<MetricDescription> poll(int max) {
    if (pending.isEmpty()) {
      addChanges();
    }
    List<MetricDescription> next = pending.values().stream().limit(max).toList();
    next.forEach(description -> pending.remove(description.name()));
    return next;
  }

  /** Publishers may add names and descriptions between any two calls. */
  private void addChanges() {
    long after = version;
    version = channel.version();
    Predicate<String> known = filter;
    ViewNames current = names;
    if (current != null) {
      addNames(current);
      known = name -> current.contains(name, nameCount);
    }
    for (MetricDescription change : channel.changes(after, version, known)) {
      if (!change.equals(sentAhead.remove(change.name()))) {
        add(change);
      }
    }
  }

  /** Adds the descriptions of new names, which may be later than the version. */
  private void addNames(ViewNames current) {
    List<String> added = current.from(nameCount);
    nameCount += added.size();
    for (String name : added) {
      ChannelMetadata.Entry entry = channel.entry(name);
      if (entry != null) {
        add(entry.description());
        if (entry.version() > version) {
          sentAhead.put(name, entry.description());
        }
      }
    }
  }

  private void add(MetricDescription description) {
    pending.put(description.name(), description);
  }
}
