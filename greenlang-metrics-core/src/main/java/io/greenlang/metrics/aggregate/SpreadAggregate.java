package io.greenlang.metrics.aggregate;

/** An aggregate that knows count, least and greatest as every one does. */
abstract class SpreadAggregate implements Aggregate {

  final Spread spread = new Spread();

  @Override
  public final long count() {
    return spread.count();
  }

  @Override
  public final double min() {
    return spread.min();
  }

  @Override
  public final double max() {
    return spread.max();
  }
}
