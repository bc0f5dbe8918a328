package io.greenlang.metrics.aggregate;

import io.greenlang.metrics.SampleDetail;
import java.util.Set;

/**
 * The aggregate of a series' samples over one time range, usually a window. Not thread-safe: one
 * thread at a time.
 *
 * <p>While its range is open, an aggregate grows by samples ({@link #add}). Once closed, it can be
 * merged with others in one of two ways. The two must not be confused, because they differ for some
 * types: two totals of one counter at two times are not added, but those of two counters at one
 * time are.
 *
 * <ul>
 *   <li><b>Over time</b>, {@link #appendLater}: merges the following range of the same series. Five
 *       one-minute windows become one five-minute window.
 *   <li><b>Over tags</b>, {@link #mergeSeries}: merges another series over the same range. Ten
 *       hosts become one cluster.
 * </ul>
 *
 * <p>Both merges are exact: the result is the aggregate of all samples, however they were split.
 * The exceptions are percentiles, which come from the merged sketch and are within 1 %, and sums,
 * which are exact except for rounding. Both merges are associative, and {@code combine} is also
 * commutative. An aggregate without samples changes nothing. If you need both merges, combine the
 * series of each range and then append the ranges, or the other way round: the results are equal if
 * every series has samples at the beginning and end of every range.
 *
 * <p>{@link #startAfter} passes an aggregate the state that it needs from the preceding range, as
 * soon as that range is closed and before the first sample is added. Only if very many samples
 * arrive before the preceding range closes, it is called after some of them. The aggregate keeps
 * this state, and hands it on when it is appended to an empty aggregate. Windows that were chained
 * by {@code startAfter} can therefore be appended later, from any window to any other. Nothing is
 * lost or counted twice at their boundaries.
 */
public interface Aggregate {

  /** The maximum length of the result of {@link #pack}, in bytes. */
  int MAX_PACKED_BYTES = 64 * 1024;

  /**
   * Adds a sample. Samples arrive in the order of their publications, which is not always the order
   * of their times. Must not allocate.
   *
   * @param value finite; the hub rejects other values earlier
   * @param timeMillis the timestamp of the sample, in epoch milliseconds; the time of its arrival
   *     if its timestamp is later
   */
  void add(double value, long timeMillis);

  /**
   * Adds a sample that carries more than its value. The built-in aggregates use the detail; by
   * default it is ignored.
   *
   * @param value finite
   * @param timeMillis the timestamp of the sample, in epoch milliseconds
   * @param detail the data beside the value
   */
  default void add(double value, long timeMillis, SampleDetail detail) {
    add(value, timeMillis);
  }

  /**
   * Merges over time: appends the aggregate of a later range.
   *
   * @param later of the same series, or of the same combined series, and from the same aggregator;
   *     not modified
   */
  void appendLater(Aggregate later);

  /**
   * Merges over tags: adds the aggregate of another series over the same range. The other may have
   * no samples but follow an earlier range of its series, which a counter uses for its total.
   *
   * @param other from the same aggregator; not modified
   */
  void mergeSeries(Aggregate other);

  /**
   * Passes in the aggregate of the preceding range. A counter learns its starting total from it.
   * This adds no sample.
   *
   * @param earlier of the same series and from the same aggregator, possibly without samples; not
   *     modified
   */
  void startAfter(Aggregate earlier);

  /** Returns the number of samples. */
  long count();

  /** Returns the smallest sample; NaN if there is none. */
  double min();

  /** Returns the largest sample; NaN if there is none. */
  double max();

  /** Returns the one finite number that represents the aggregate; NaN if there is no sample. */
  double value();

  /**
   * Passes all further numbers to {@code details}, always in the same order. Changes nothing.
   * Called only if there is at least one sample.
   *
   * @param millis the length of the range in milliseconds, greater than 0
   * @param details receives the numbers
   */
  void forEachField(long millis, Details details);

  /**
   * Returns everything that {@link Aggregator#unpack} needs to recreate an equal aggregate. The
   * result should be short, because history holds many of them, and must be the same on every
   * machine. It must not exceed {@value #MAX_PACKED_BYTES} bytes.
   */
  byte[] pack();

  /** A receiver of named numbers, at most {@value #MAX} per aggregate. */
  @FunctionalInterface
  interface Details {

    /** The maximum number of details of one aggregate. */
    int MAX = 32;

    /** The fields that every metric message already has, whatever the metric's type. */
    Set<String> RESERVED_NAMES =
        Set.of(
            "channel",
            "name",
            "type",
            "value",
            "timestamp",
            "tags",
            "interval",
            "count",
            "min",
            "max",
            "offset",
            "replayed",
            "buckets");

    /**
     * Adds a named number.
     *
     * @param name 1 to 64 letters, digits, {@code _}, {@code .} and {@code -}; used only once, and
     *     neither {@code __proto__} nor one of {@link #RESERVED_NAMES}
     * @param number finite
     */
    void put(String name, double number);
  }
}
