package io.greenlang.metrics.internal.aggregate;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketches;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.mapping.IndexMapping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * A quantile sketch of any numbers. Its quantiles are within 1 % of the true value, and it has at
 * most {@value #MAX_BINS} bins per sign. Merging two sketches gives exactly the sketch of all their
 * numbers. It is therefore a DDSketch (Masson, Rim and Lee, VLDB 2019): the error of other digests
 * accumulates with each merge.
 *
 * <p>If the numbers span so many orders of magnitude that the bins run out, those nearest to zero
 * lose precision, not the high quantiles. With 2,048 bins this takes a factor of 10^17.
 */
final class QuantileSketch {

  /** The maximum error of a quantile, relative to its value. */
  static final double RELATIVE_ERROR = 0.01;

  private static final int MAX_BINS = 2048;

  /**
   * The mapping that all sketches share, because only sketches with the same bins can be merged.
   */
  private static final IndexMapping MAPPING = newSketch().getIndexMapping();

  /**
   * The largest value that has a bin. Only numbers beyond 10^306 exceed it, and min and max still
   * report those exactly.
   */
  private static final double LIMIT = MAPPING.maxIndexableValue();

  private final DDSketch sketch = newSketch();

  private static DDSketch newSketch() {
    return DDSketches.logarithmicCollapsingLowestDense(RELATIVE_ERROR, MAX_BINS);
  }

  /** Returns the bin of a positive number. */
  static int binIndex(double value) {
    return MAPPING.index(value);
  }

  void add(double value) {
    sketch.accept(Math.max(-LIMIT, Math.min(LIMIT, value)));
  }

  /** Adds {@code count} numbers that belong to a bin. */
  void addBin(int bin, long count) {
    sketch.accept(MAPPING.value(bin), (double) count);
  }

  /** Adds {@code count} zeros. */
  void addZeros(long count) {
    sketch.accept(0, (double) count);
  }

  void add(QuantileSketch other) {
    sketch.mergeWith(other.sketch);
  }

  /**
   * Returns the value at or below which the given fraction of all numbers lies. There must be at
   * least one number.
   */
  double quantile(double quantile) {
    return sketch.getValueAtQuantile(quantile);
  }

  /** Returns the bins, about 2 bytes each. The mapping is always the same and is not included. */
  byte[] pack() {
    GrowingByteArrayOutput output = GrowingByteArrayOutput.withDefaultInitialCapacity();
    try {
      sketch.encode(output, true);
    } catch (IOException e) {
      throw new UncheckedIOException("failed to write a sketch to memory", e);
    }
    return output.trimmedCopy();
  }

  /**
   * Reads the result of {@link #pack}, up to the end of the input.
   *
   * @param count the expected number of values
   * @throws IllegalArgumentException if the bytes are not a sketch of that many values
   */
  static QuantileSketch unpack(ByteBuffer input, long count) {
    QuantileSketch unpacked = new QuantileSketch();
    byte[] bytes = new byte[input.remaining()];
    input.get(bytes);
    double actualCount;
    try {
      unpacked.sketch.decodeAndMergeWith(ByteArrayInput.wrap(bytes));
      actualCount = unpacked.sketch.getCount();
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("failed to read the bins of a packed sketch", e);
    }
    if (Math.abs(actualCount - count) > 1e-9 * count) {
      throw new IllegalArgumentException(
          "packed sketch has " + actualCount + " values, but " + count + " were expected");
    }
    return unpacked;
  }
}
