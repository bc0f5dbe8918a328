package io.greenlang.metrics.aggregate;

import java.nio.ByteBuffer;

/** An aggregate with the count, min and max that all built-in aggregates share. */
abstract class SpreadAggregate implements Aggregate {

  private static final byte[] NOTHING = {};

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

  @Override
  public final byte[] pack() {
    byte[] extra = packRest();
    ByteBuffer output = ByteBuffer.allocate(1 + Spread.BYTES + extra.length);
    output.put(BuiltIn.VERSION);
    spread.write(output);
    return output.put(extra).array();
  }

  /** Restores the state that {@link #pack} wrote after the version. */
  final void unpack(ByteBuffer input) {
    spread.read(input);
    unpackRest(input);
  }

  /** Returns the packed state beyond the spread; none by default. */
  byte[] packRest() {
    return NOTHING;
  }

  /** Reads the result of {@link #packRest}. */
  void unpackRest(ByteBuffer input) {}
}
