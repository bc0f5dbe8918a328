package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.config.Options;
import io.greenlang.metrics.internal.frame.FeedMemory;
import io.greenlang.metrics.subscription.Subscription;
import java.util.HashMap;
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

  /** The views of one subject. */
  private static final class Subject {
    final Map<Feed, Integer> readersByView = new HashMap<>();

    /** The groups to expect of each view with groups, until its first window has closed. */
    final Map<Feed, Integer> expectedGroups = new HashMap<>();

    int readers;
    int reserved;
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
   * Reserves views that are about to be opened, if the limit allows them. {@link #unreserve} must
   * follow.
   *
   * @return whether they were reserved
   */
  public synchronized boolean tryReserve(String subject, int count) {
    Subject views = subjects.computeIfAbsent(subject, absent -> new Subject());
    boolean allowed =
        perSubject == 0 || views.readersByView.size() + views.reserved + count <= perSubject;
    if (allowed) {
      views.reserved += count;
    } else {
      removeIfUnused(subject, views);
    }
    return allowed;
  }

  /**
   * Returns whether a subject may open a view, whose groups count. A view that the subject has open
   * is always allowed.
   */
  public synchronized boolean allowsGroups(String subject, Subscription view) {
    Subject views = subjects.get(subject);
    return perSubject == 0
        || view.groupBy() == null
        || views == null
        || groups(views) < GROUPS_PER_SUBJECT
        || views.readersByView.keySet().stream().anyMatch(open -> open.subscription().equals(view));
  }

  /**
   * Sets the number of groups to expect of a view that a subject has opened. It counts until the
   * first window has closed, because the groups are not known before.
   */
  public synchronized void expectGroups(String subject, Feed view, int count) {
    Subject views = subjects.get(subject);
    if (views != null && views.readersByView.containsKey(view)) {
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

  /** Ends a reservation, because the views are open or have failed to open. */
  public synchronized void unreserve(String subject, int count) {
    Subject views = subjects.get(subject);
    if (views != null) {
      views.reserved -= count;
      removeIfUnused(subject, views);
    }
  }

  /**
   * Adds a reader of a view.
   *
   * @return removes the reader; call it once
   */
  public synchronized Runnable add(String subject, Feed view) {
    Subject views = subjects.computeIfAbsent(subject, absent -> new Subject());
    long weight = Math.max(1, FeedMemory.READER_WEIGHT / (views.readers + 1));
    Runnable removal = () -> remove(subject, view, weight); // first: nothing fails after the merge
    views.readersByView.merge(view, 1, Integer::sum);
    views.readers++;
    view.ring().addWeight(weight);
    return removal;
  }

  private synchronized void remove(String subject, Feed view, long weight) {
    view.ring().addWeight(-weight);
    Subject views = subjects.get(subject);
    if (views != null) {
      views.readersByView.computeIfPresent(view, (key, count) -> count == 1 ? null : count - 1);
      if (!views.readersByView.containsKey(view)) {
        views.expectedGroups.remove(view);
      }
      views.readers--;
      removeIfUnused(subject, views);
    }
  }

  /** Returns the limit on the distinct views of a subject; 0 for no limit. */
  public int perSubject() {
    return perSubject;
  }

  private void removeIfUnused(String subject, Subject views) {
    if (views.readersByView.isEmpty() && views.reserved == 0) {
      subjects.remove(subject);
    }
  }
}
