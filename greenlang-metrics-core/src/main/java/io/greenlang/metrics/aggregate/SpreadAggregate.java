package io.greenlang.metrics.aggregate;

import java.nio.ByteBuffer;

/** An aggregate that knows count, least and greatest as every built-in one does. */
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
    byte[] rest = packRest();
    ByteBuffer out = ByteBuffer.allocate(1 + Spread.BYTES + rest.length);
    out.put(BuiltIn.VERSION);
    spread.write(out);
    return out.put(rest).array();
  }

  /** Becomes what {@link #pack} wrote behind the version. */
  final void unpack(ByteBuffer in) {
    spread.read(in);
    unpackRest(in);
  }

  /** What there is to know beyond the spread. */
  byte[] packRest() {
    return NOTHING;
  }

  /** Reads what {@link #packRest} wrote. */
  void unpackRest(ByteBuffer in) {}
}
