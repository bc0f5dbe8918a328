package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.aggregate.Aggregate;
import java.nio.ByteBuffer;

/** An aggregate with the count, min and max that all built-in aggregates share. */
abstract class SummaryAggregate implements Aggregate {

  private static final byte[] NOTHING = {};

  final Summary summary = new Summary();

  @Override
  public final long count() {
    return summary.count();
  }

  @Override
  public final double min() {
    return summary.min();
  }

  @Override
  public final double max() {
    return summary.max();
  }

  @Override
  public final byte[] pack() {
    byte[] extra = packExtra();
    ByteBuffer output = ByteBuffer.allocate(1 + Summary.BYTES + extra.length);
    output.put(BuiltInAggregator.VERSION);
    summary.write(output);
    return output.put(extra).array();
  }

  /** Restores the state that {@link #pack} wrote after the version. */
  final void unpack(ByteBuffer input) {
    summary.read(input);
    unpackExtra(input);
  }

  /** Returns the packed state beyond the spread; none by default. */
  byte[] packExtra() {
    return NOTHING;
  }

  /** Reads the result of {@link #packExtra}. */
  void unpackExtra(ByteBuffer input) {}
}
