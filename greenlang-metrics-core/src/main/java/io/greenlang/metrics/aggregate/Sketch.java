package io.greenlang.metrics.aggregate;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketches;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Quantiles of any numbers, within 1 % of the true value, from at most {@value #MAX_BINS} bins for
 * each sign. Merging two sketches gives the sketch of all their numbers, exactly; that is why it is
 * a DDSketch (Masson, Rim and Lee, VLDB 2019) and not a digest whose merges drift.
 *
 * <p>When the numbers span so many orders of magnitude that the bins run out (with 2,048 bins, a
 * factor of 10^17), those nearest to zero lose precision, not the high quantiles.
 */
final class Sketch {

  /** How far a quantile may be off, relative to its value. */
  static final double RELATIVE_ERROR = 0.01;

  private static final int MAX_BINS = 2048;

  private final DDSketch sketch =
      DDSketches.logarithmicCollapsingLowestDense(RELATIVE_ERROR, MAX_BINS);

  void add(double value) {
    // Beyond the last bin there is none; that is beyond 10^306, and min and max tell the truth.
    double limit = sketch.getIndexMapping().maxIndexableValue();
    sketch.accept(Math.max(-limit, Math.min(limit, value)));
  }

  void add(Sketch other) {
    sketch.mergeWith(other.sketch);
  }

  /** The value that a part {@code quantile} of all numbers is at or below; there must be one. */
  double quantile(double quantile) {
    return sketch.getValueAtQuantile(quantile);
  }

  /** The bins, some 2 bytes each; the mapping is always the same and is not told. */
  byte[] pack() {
    GrowingByteArrayOutput out = GrowingByteArrayOutput.withDefaultInitialCapacity();
    try {
      sketch.encode(out, true);
    } catch (IOException e) {
      throw new UncheckedIOException("a sketch could not be written to memory", e);
    }
    return out.trimmedCopy();
  }

  /**
   * Reads what {@link #pack} wrote, to the end.
   *
   * @param count how many numbers there must be
   * @throws IllegalArgumentException if it is none
   */
  static Sketch unpack(ByteBuffer in, long count) {
    Sketch unpacked = new Sketch();
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    double found;
    try {
      unpacked.sketch.decodeAndMergeWith(ByteArrayInput.wrap(bytes));
      found = unpacked.sketch.getCount();
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("the bins of a packed sketch cannot be read", e);
    }
    if (Math.abs(found - count) > 1e-9 * count) {
      throw new IllegalArgumentException("a sketch of " + found + " numbers, not of " + count);
    }
    return unpacked;
  }
}
