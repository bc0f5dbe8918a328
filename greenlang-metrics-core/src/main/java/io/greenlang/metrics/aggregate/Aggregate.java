package io.greenlang.metrics.aggregate;

/**
 * What the readings of a stretch of time come to. One thread at a time.
 *
 * <p>It grows by readings ({@link #add}) while its stretch is open. Closed, it is joined with
 * others in one of two ways that must not be mixed up, because for some types they differ (two
 * totals of one counter at two times are not added; those of two counters at one time are):
 *
 * <ul>
 *   <li><b>over time</b>, {@link #append}: the same series, the stretch that follows. Five windows
 *       of a minute become one of five.
 *   <li><b>over tags</b>, {@link #combine}: another series, the same stretch. Ten hosts become one
 *       cluster.
 * </ul>
 *
 * <p>Both are exact: what comes out is the aggregate of all the readings, however they were cut.
 * (For percentiles: the sketch of all of them, which is within 1 %; for sums: but for rounding.)
 * Both are associative, {@code combine} is commutative as well, and an aggregate without readings
 * changes nothing. Where both are needed, combine first the series of each stretch and then append
 * the stretches, or the other way round: if every series has readings in every stretch, it comes to
 * the same.
 *
 * <p>What a stretch needs to know of the one before it, it is told by {@link #follow}, as soon as
 * that one is closed. An aggregate keeps what it was told: appended to an empty one, it passes that
 * on. So the windows of a series, chained by {@code follow} when they were made, can be appended
 * later, from any window to any other, and nothing is lost or counted twice at the seams.
 */
public interface Aggregate {

  /** The longest answer of {@link #pack}, in bytes. */
  int MAX_PACKED_BYTES = 64 * 1024;

  /**
   * Adds a reading. Readings come in the order of their time. Allocates nothing.
   *
   * @param value finite: what is not is refused before it gets here
   */
  void add(double value);

  /**
   * Over time: adds what follows.
   *
   * @param later of the same series, or of the same series combined, and from the same aggregator;
   *     not changed
   */
  void append(Aggregate later);

  /**
   * Over tags: adds another series over the same stretch.
   *
   * @param other from the same aggregator; not changed
   */
  void combine(Aggregate other);

  /**
   * Tells what the stretch before this one came to. A counter learns where it started from. This
   * adds no reading.
   *
   * @param earlier of the same series and from the same aggregator, perhaps without a reading; not
   *     changed
   */
  void follow(Aggregate earlier);

  /** How many readings there were. */
  long count();

  /** The smallest reading; NaN if there was none. */
  double min();

  /** The greatest reading; NaN if there was none. */
  double max();

  /** The one finite number that stands for it; NaN if there was no reading. */
  double value();

  /**
   * Tells what else there is to say, in an order that does not change. Called only if there was a
   * reading; changes nothing.
   *
   * @param millis how long the stretch was, more than 0
   */
  void describe(long millis, Details details);

  /**
   * All that {@link Aggregator#unpack} needs to make an equal aggregate: few bytes, so that history
   * can hold many, and the same bytes on every machine. At most {@value #MAX_PACKED_BYTES}.
   */
  byte[] pack();

  /** Takes named numbers, at most {@value #MAX} of one aggregate. */
  @FunctionalInterface
  interface Details {

    /** How many numbers an aggregate may describe itself by. */
    int MAX = 32;

    /**
     * Takes a number.
     *
     * @param name 1 to 64 letters, digits, {@code _}, {@code .} and {@code -}, used once, and not
     *     the name of a field that every metric has: channel, name, type, value, timestamp, tags,
     *     interval, count, min, max, offset, replayed
     * @param number finite
     */
    void put(String name, double number);
  }
}
