package io.greenlang.metrics.internal.channel;

/**
 * The work of opening readers, which the price of a subscription follows.
 *
 * @param comparedSeries the series that are compared with new views
 * @param resumedSeries the series that continue in new windows, for which their history is read
 */
public record OpeningWork(long comparedSeries, long resumedSeries) {

  /** No work. */
  public static final OpeningWork NONE = new OpeningWork(0, 0);

  /** Returns this work and further work. */
  public OpeningWork plus(OpeningWork further) {
    return new OpeningWork(
        comparedSeries + further.comparedSeries, resumedSeries + further.resumedSeries);
  }
}
