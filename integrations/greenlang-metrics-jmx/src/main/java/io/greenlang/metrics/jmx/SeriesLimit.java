package io.greenlang.metrics.jmx;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.jmx.SeriesMapper.Series;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The series that a source publishes, up to a limit. The first ones keep their places as long as
 * they are seen; if they are full, those that were not seen for a minute are evicted. Used by one
 * thread.
 */
final class SeriesLimit {

  private static final long RETENTION_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** The outcome for a sample. */
  enum Admission {
    ADMITTED,
    DUPLICATE,
    TOO_MANY
  }

  private record Key(String name, Tags tags) {}

  private final int maxSeries;

  /** The times at which the series were last seen. */
  private final Map<Key, Long> lastSeenNanos = new HashMap<>();

  private long nowNanos;

  SeriesLimit(int maxSeries) {
    this.maxSeries = maxSeries;
  }

  int maxSeries() {
    return maxSeries;
  }

  /**
   * Begins a collection.
   *
   * @param nowNanos the monotonic time, later than that of the previous collection
   */
  void beginCollection(long nowNanos) {
    this.nowNanos = nowNanos;
    if (lastSeenNanos.size() >= maxSeries) {
      lastSeenNanos.values().removeIf(seen -> nowNanos - seen > RETENTION_NANOS);
    }
  }

  /** Returns whether a series of this collection may be published. */
  Admission admit(Series series) {
    Key key = new Key(series.name(), series.tags());
    Long seen = lastSeenNanos.get(key);
    if (seen == null && lastSeenNanos.size() >= maxSeries) {
      return Admission.TOO_MANY;
    }
    if (seen != null && seen == nowNanos) {
      return Admission.DUPLICATE;
    }
    lastSeenNanos.put(key, nowNanos);
    return Admission.ADMITTED;
  }
}
