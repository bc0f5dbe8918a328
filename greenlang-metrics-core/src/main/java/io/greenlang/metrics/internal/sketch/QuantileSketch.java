package io.greenlang.metrics.internal.sketch;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.store.Bin;
import com.datadoghq.sketch.ddsketch.store.CollapsingLowestDenseStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;

/**
 * A quantile sketch of any numbers. Its quantiles are within 1 % of the true value, and it has at
 * most {@value #MAX_BUCKETS} buckets per sign. Merging two sketches gives exactly the sketch of all
 * their numbers. It is therefore a DDSketch (Masson, Rim and Lee, VLDB 2019): the error of other
 * digests accumulates with each merge.
 *
 * <p>If the numbers span so many orders of magnitude that the buckets run out, those nearest to
 * zero lose precision, not the high quantiles. With 2,048 buckets this takes a factor of 10^17. Not
 * thread-safe.
 */
public final class QuantileSketch {

  /** The maximum number of buckets of one sign. */
  static final int MAX_BUCKETS = 2048;

  // The sketches share their mapping, because creating one takes logarithms.
  private final DDSketch sketch =
      new DDSketch(BucketMapping.MAPPING, () -> new CollapsingLowestDenseStore(MAX_BUCKETS));

  /** A receiver of the buckets of a sketch. */
  @FunctionalInterface
  public interface BucketVisitor {

    /**
     * Called for each bucket that is not empty, in ascending order of the numbers.
     *
     * @param sign -1, 0 or 1; 0 is the bucket of zeros, whose index is 0
     * @param index the index of the bucket; see {@link BucketMapping}
     * @param count the number of numbers in it, greater than 0
     */
    void visit(int sign, int index, long count);
  }

  /** Adds a finite number. */
  public void add(double number) {
    sketch.accept(limited(number));
  }

  private static double limited(double number) {
    return Math.max(-BucketMapping.MAX_MAGNITUDE, Math.min(BucketMapping.MAX_MAGNITUDE, number));
  }

  /**
   * Adds {@code count} numbers that belong to a bucket. Not by their value: its power, and the
   * logarithm that leads back to the index, were an eighth of the time of a published distribution.
   */
  public void addBucket(int sign, int index, long count) {
    if (sign == 0) {
      sketch.accept(0, (double) count);
    } else if (sign > 0) {
      sketch.getPositiveValueStore().add(index, (double) count);
    } else {
      sketch.getNegativeValueStore().add(index, (double) count);
    }
  }

  /** Adds all numbers of another sketch, which is not modified. */
  public void add(QuantileSketch other) {
    sketch.mergeWith(other.sketch);
  }

  /** Returns the number of numbers. */
  public long count() {
    return (long) sketch.getCount();
  }

  /**
   * Returns the nearest-rank quantile: the smallest number such that at least the given fraction of
   * all numbers is at or below it, to within 1 %. There must be at least one number.
   *
   * @param quantile from 0 to 1
   */
  public double quantile(double quantile) {
    double total = sketch.getCount();
    double rank = Math.max(1, Math.ceil(quantile * total));
    double zerosAndNegatives = total - sketch.getPositiveValueStore().getTotalCount();
    if (rank > zerosAndNegatives) {
      return atRank(
          sketch.getPositiveValueStore().getAscendingIterator(), rank - zerosAndNegatives, 1);
    }
    double negatives = sketch.getNegativeValueStore().getTotalCount();
    return rank > negatives
        ? 0
        : atRank(sketch.getNegativeValueStore().getDescendingIterator(), rank, -1);
  }

  private static double atRank(Iterator<Bin> bins, double rank, int sign) {
    double seen = 0;
    int index = 0;
    while (seen < rank && bins.hasNext()) {
      Bin bin = bins.next();
      seen += bin.getCount();
      index = bin.getIndex();
    }
    return BucketMapping.value(sign, index);
  }

  /** Passes all buckets to {@code visitor}, in ascending order of the numbers. */
  public void forEachBucket(BucketVisitor visitor) {
    sketch
        .getNegativeValueStore()
        .getDescendingIterator()
        .forEachRemaining(bin -> visitor.visit(-1, bin.getIndex(), (long) bin.getCount()));
    double zeros =
        sketch.getCount()
            - sketch.getNegativeValueStore().getTotalCount()
            - sketch.getPositiveValueStore().getTotalCount();
    if (zeros >= 1) {
      visitor.visit(0, 0, (long) zeros);
    }
    sketch
        .getPositiveValueStore()
        .getAscendingIterator()
        .forEachRemaining(bin -> visitor.visit(1, bin.getIndex(), (long) bin.getCount()));
  }

  /** Returns the buckets, about 2 bytes each. The mapping is always the same and not included. */
  public byte[] pack() {
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
   * @param count the expected number of numbers
   * @throws IllegalArgumentException if the bytes are not a sketch of that many numbers
   */
  public static QuantileSketch unpack(ByteBuffer input, long count) {
    QuantileSketch unpacked = new QuantileSketch();
    byte[] bytes = new byte[input.remaining()];
    input.get(bytes);
    double actualCount;
    try {
      unpacked.sketch.decodeAndMergeWith(ByteArrayInput.wrap(bytes));
      actualCount = unpacked.sketch.getCount();
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("failed to read the buckets of a packed sketch", e);
    }
    if (Math.abs(actualCount - count) > 1e-9 * count) {
      throw new IllegalArgumentException(
          "packed sketch has " + actualCount + " values, but " + count + " were expected");
    }
    return unpacked;
  }
}
