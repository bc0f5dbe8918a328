package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.internal.feed.Series;
import java.util.BitSet;
import java.util.function.Predicate;

/**
 * A cache of the series that a grouping matches, so that its patterns are evaluated once per series
 * and not once per window. It has two bits per series, for {@value #MAX_SERIES} successive ids at
 * most. Used under the channel lock.
 */
final class MatchCache {

  /** Ten times the default limit of series, because ids of evicted series are not reused. */
  static final int MAX_SERIES = 1 << 20;

  private final Predicate<Series> matches;
  private final BitSet known = new BitSet();
  private final BitSet matching = new BitSet();

  /** The id of the first series in the cache. */
  private long firstId;

  /** Creates an empty cache of a predicate, which must not change. */
  MatchCache(Predicate<Series> matches) {
    this.matches = matches;
  }

  /** Returns the value of the predicate. */
  boolean test(Series series) {
    if (series.id() < firstId) {
      return matches.test(series); // from before the cache was cleared
    }
    if (series.id() - firstId >= MAX_SERIES) {
      known.clear();
      firstId = series.id();
    }
    int index = (int) (series.id() - firstId);
    if (!known.get(index)) {
      known.set(index);
      matching.set(index, matches.test(series));
    }
    return matching.get(index);
  }
}
