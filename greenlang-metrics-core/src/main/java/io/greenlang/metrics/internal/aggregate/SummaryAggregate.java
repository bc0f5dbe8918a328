package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.aggregate.Aggregate;
import java.nio.ByteBuffer;

/** An aggregate with the count, min and max that all built-in aggregates share. */
abstract class SummaryAggregate extends Summary implements Aggregate {

  private static final byte[] NOTHING = {};

  @Override
  public final byte[] pack() {
    byte[] extra = packExtra();
    ByteBuffer output = ByteBuffer.allocate(1 + Summary.BYTES + extra.length);
    output.put(BuiltInAggregator.VERSION);
    write(output);
    return output.put(extra).array();
  }

  /** Restores the state that {@link #pack} wrote after the version. */
  final void unpack(ByteBuffer input) {
    read(input);
    unpackExtra(input);
  }

  /** Returns the packed state beyond the spread; none by default. */
  byte[] packExtra() {
    return NOTHING;
  }

  /** Reads the result of {@link #packExtra}. */
  void unpackExtra(ByteBuffer input) {}
}
