package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.config.Options;
import io.greenlang.metrics.internal.frame.FeedMemory;
import io.greenlang.metrics.subscription.Subscription;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The limits on the distinct views of a hub, and the shares of the subjects in the memory for
 * frames. Each view is a feed, which costs memory and work for each publication, so one subject
 * must not open thousands. Clients that share a view share its feed, and it counts once. The groups
 * of a view with {@code group_by} are limited too, because nothing of their work is shared.
 *
 * <p>The n-th reader of a subject adds 1/n to the weight of its feed. A feed that many subjects
 * read has a large share of the memory. One subject with a thousand readers weighs as much as seven
 * subjects with one.
 *
 * <p>Any thread; memory is bounded by the number of readers.
 */
public final class ViewLimits {

  /** The option that limits the distinct views of a subject. */
  public static final Option<Integer> PER_SUBJECT =
      Options.integer("MAX_VIEWS_PER_SUBJECT", 256, 0, 1_000_000);

  /** The maximum number of distinct views of a channel. */
  public static final int PER_CHANNEL = 20_000;

  /**
   * The number of groups of a subject from which it may open no further view with {@code group_by}.
   * A group is a series with its own windows, of about 3 KB, which are merged and encoded every
   * interval. The last view may exceed the number.
   */
  public static final int GROUPS_PER_SUBJECT = 16_384;

  /** A view that clients can share. */
  public record View(Subscription subscription, Encoding encoding) {

    static View of(Feed feed) {
      return new View(feed.subscription(), feed.encoder().encoding());
    }
  }

  /** The views of one subject. */
  private static final class Subject {

    /** The readers and the reservations of each view. */
    final Map<View, Integer> users = new HashMap<>();

    final Map<Feed, Integer> readersByFeed = new HashMap<>();

    /** The groups to expect of each view with groups, until its first window has closed. */
    final Map<Feed, Integer> expectedGroups = new HashMap<>();

    int readers;

    /** Adds a user to each view, or to none if there is no memory. */
    void addUsers(Collection<View> views) {
      int count = 0;
      try {
        for (View view : views) {
          users.merge(view, 1, Integer::sum);
          count++;
        }
      } finally {
        if (count < views.size()) {
          views.stream().limit(count).forEach(this::removeUser);
        }
      }
    }

    /** Removes a user from a view. */
    void removeUser(View view) {
      users.computeIfPresent(view, (key, count) -> count == 1 ? null : count - 1);
    }
  }

  private final int perSubject;
  private final Map<String, Subject> subjects = new HashMap<>();

  /**
   * Creates limits without views.
   *
   * @param perSubject the maximum number of distinct views of a subject; 0 for no limit
   */
  public ViewLimits(int perSubject) {
    this.perSubject = perSubject;
  }

  /**
   * Creates the limits that the environment specifies.
   *
   * @throws IllegalArgumentException if the value of the option is invalid
   */
  public static ViewLimits fromEnvironment() {
    return new ViewLimits(PER_SUBJECT.resolve(null, Environment.process()));
  }

  /**
   * Reserves views that are about to be opened, if the limit allows all of them. {@link #unreserve}
   * must follow for each. Views that the subject has open or reserved already count once.
   *
   * @return whether they were reserved
   */
  public synchronized boolean tryReserve(String subject, Collection<View> views) {
    Subject target = subjects.computeIfAbsent(subject, absent -> new Subject());
    long added = views.stream().filter(view -> !target.users.containsKey(view)).count();
    boolean allowed = perSubject == 0 || added == 0 || target.users.size() + added <= perSubject;
    try {
      if (allowed) {
        target.addUsers(views);
      }
    } finally {
      removeIfUnused(subject, target);
    }
    return allowed;
  }

  /**
   * Returns whether a subject may open a view, whose groups count. A view that the subject has open
   * is always allowed.
   *
   * @param opening the groups to expect of the views that are opened before it
   */
  public synchronized boolean allowsGroups(String subject, Subscription view, long opening) {
    Subject views = subjects.get(subject);
    if (perSubject == 0 || view.groupBy() == null) {
      return true;
    }
    return opening + (views == null ? 0 : groups(views)) < GROUPS_PER_SUBJECT
        || (views != null && isOpen(views, view));
  }

  private static boolean isOpen(Subject views, Subscription view) {
    return views.readersByFeed.keySet().stream().anyMatch(open -> open.subscription().equals(view));
  }

  /**
   * Sets the number of groups to expect of a view that a subject has opened. It counts until the
   * first window has closed, because the groups are not known before.
   */
  public synchronized void expectGroups(String subject, Feed view, int count) {
    Subject views = subjects.get(subject);
    if (views != null && views.readersByFeed.containsKey(view)) {
      views.expectedGroups.put(view, count);
    }
  }

  /**
   * Returns the number of groups; views that share a grouping count once. It may be a moment old,
   * because the channel lock is not held.
   */
  private static long groups(Subject views) {
    Map<FeedRouter, Integer> groups = new HashMap<>();
    views.expectedGroups.forEach(
        (view, expected) -> {
          int known = view.router().table().size();
          groups.merge(view.router(), known > 0 ? known : expected, Math::max);
        });
    return groups.values().stream().mapToLong(Integer::longValue).sum();
  }

  /** Ends the reservation of a view, because it is open or has failed to open. */
  public synchronized void unreserve(String subject, View view) {
    Subject views = subjects.get(subject);
    if (views != null) {
      views.removeUser(view);
      removeIfUnused(subject, views);
    }
  }

  /**
   * Adds a reader of a view.
   *
   * @return removes the reader; call it once
   */
  public synchronized Runnable add(String subject, Feed feed) {
    Subject views = subjects.computeIfAbsent(subject, absent -> new Subject());
    long weight = Math.max(1, FeedMemory.READER_WEIGHT / (views.readers + 1));
    View view = View.of(feed);
    Runnable removal = () -> remove(subject, feed, view, weight);
    views.addUsers(List.of(view));
    boolean added = false;
    try {
      views.readersByFeed.merge(feed, 1, Integer::sum);
      added = true;
    } finally {
      if (!added) {
        views.removeUser(view);
      }
    }
    views.readers++; // nothing fails after the merge
    feed.ring().addWeight(weight);
    return removal;
  }

  private synchronized void remove(String subject, Feed feed, View view, long weight) {
    feed.ring().addWeight(-weight);
    Subject views = subjects.get(subject);
    if (views != null) {
      removeReader(views, feed);
      views.removeUser(view);
      views.readers--;
      removeIfUnused(subject, views);
    }
  }

  private static void removeReader(Subject views, Feed feed) {
    views.readersByFeed.computeIfPresent(feed, (key, count) -> count == 1 ? null : count - 1);
    if (!views.readersByFeed.containsKey(feed)) {
      views.expectedGroups.remove(feed);
    }
  }

  /** Returns the limit on the distinct views of a subject; 0 for no limit. */
  public int perSubject() {
    return perSubject;
  }

  private void removeIfUnused(String subject, Subject views) {
    if (views.users.isEmpty()) {
      subjects.remove(subject);
    }
  }
}
