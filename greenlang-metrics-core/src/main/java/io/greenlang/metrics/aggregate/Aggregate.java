package io.greenlang.metrics.aggregate;

/**
 * What the readings of a stretch of time come to. Grows by readings, by the stretch that follows,
 * and by the same stretch of another series. One thread at a time.
 *
 * <p>Merging is exact: the aggregate of two stretches is that of all their readings, however they
 * were cut. (For percentiles: the sketch of all readings, which is within 1 % of them.)
 */
public interface Aggregate {

  /** Adds a reading. Readings come in the order of their time. Allocates nothing. */
  void add(double value);

  /**
   * Adds what follows in time.
   *
   * @param later of the same series and from the same aggregator; not changed
   */
  void append(Aggregate later);

  /**
   * Adds another series over the same stretch.
   *
   * @param other from the same aggregator; not changed
   */
  void combine(Aggregate other);

  /**
   * Tells what the stretch before this one came to. A counter learns where it started from.
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

  /** The one number that stands for it; NaN if there was no reading. */
  double value();

  /**
   * Tells what else there is to say, each under a name that is not {@code value}, {@code count},
   * {@code min} or {@code max}. Called only if there was a reading.
   *
   * @param millis how long the stretch was
   */
  void describe(long millis, Details details);

  /** Takes named numbers. */
  @FunctionalInterface
  interface Details {
    /** Takes a finite number. */
    void put(String name, double number);
  }
}
