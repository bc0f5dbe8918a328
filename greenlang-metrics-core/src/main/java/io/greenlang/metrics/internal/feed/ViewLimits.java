package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.config.Options;
import io.greenlang.metrics.internal.frame.FeedMemory;
import java.util.HashMap;
import java.util.Map;

/**
 * The limits on the distinct views of a hub, and the shares of the subjects in the memory for
 * frames. Each view is a feed, which costs memory and work for each publication, so one subject
 * must not open thousands. Clients that share a view share its feed, and it counts once.
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

  /** The views of one subject. */
  private static final class Subject {
    final Map<Feed, Integer> readersByView = new HashMap<>();
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
    views.readersByView.merge(view, 1, Integer::sum);
    views.readers++;
    long weight = Math.max(1, FeedMemory.READER_WEIGHT / views.readers);
    view.ring().addWeight(weight);
    return () -> remove(subject, view, weight);
  }

  private synchronized void remove(String subject, Feed view, long weight) {
    view.ring().addWeight(-weight);
    Subject views = subjects.get(subject);
    if (views != null) {
      views.readersByView.computeIfPresent(view, (key, count) -> count == 1 ? null : count - 1);
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
