package io.greenlang.metrics.history;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Up to {@value #CAPACITY} successive samples of one series, compressed. One thread appends, under
 * the channel's lock; any thread may read, and sees a beginning of what was appended.
 */
final class SampleChunk implements Chunk {

  /** At one a second, four minutes: little to decode for a glance, and little overhead. */
  static final int CAPACITY = 240;

  /** This object, its parts, and its places in the lists that hold it. */
  private static final int OVERHEAD_BYTES = 200;

  private final BitBuffer bits = new BitBuffer();
  private @Nullable SampleCode writer = new SampleCode();

  // Written before count, read after it.
  private long firstSequence = Long.MAX_VALUE;
  private long lastSequence;
  private long firstFold = Long.MAX_VALUE;
  private long lastFold = Long.MIN_VALUE;
  private long firstTime = Long.MAX_VALUE;
  private long lastTime = Long.MIN_VALUE;

  private volatile int count;

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void append(long sequence, int index, long timeMillis, long foldMillis, double value) {
    SampleCode open = Objects.requireNonNull(writer, "the chunk is sealed");
    open.write(sequence, index, timeMillis, foldMillis, value, bits);
    firstSequence = Math.min(firstSequence, sequence);
    lastSequence = sequence;
    firstFold = Math.min(firstFold, foldMillis);
    lastFold = Math.max(lastFold, foldMillis);
    firstTime = Math.min(firstTime, timeMillis);
    lastTime = Math.max(lastTime, timeMillis);
    count++;
  }

  @Override
  public void seal() {
    writer = null;
    bits.trim();
  }

  @Override
  public boolean isFull() {
    return count == CAPACITY;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int bytes() {
    return bits.bytes() + OVERHEAD_BYTES;
  }

  @Override
  public long endMillis() {
    return lastFold + 1;
  }

  @Override
  public long lastSequence() {
    return lastSequence;
  }

  /** Whether a sample may be of a publication behind {@code after} and not behind {@code until}. */
  boolean hasSequences(long after, long until) {
    return count > 0 && lastSequence > after && firstSequence <= until;
  }

  /** Whether a sample may count at or after {@code from} and before {@code to}. */
  boolean hasFolds(long from, long to) {
    return count > 0 && lastFold >= from && firstFold < to;
  }

  /** Whether a sample may have been measured at or after {@code from} and before {@code to}. */
  boolean hasTimes(long from, long to) {
    return count > 0 && lastTime >= from && firstTime < to;
  }

  /** Hands over each sample, in the order in which they were appended. */
  void forEach(Consumer<Sample> action) {
    int there = count;
    BitReader in = bits.reader();
    SampleCode reader = new SampleCode();
    for (int i = 0; i < there; i++) {
      action.accept(reader.read(in));
    }
  }
}
