package io.greenlang.metrics.internal.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a series in a snapshot, in the order of arrival. A chunk is decoded once and
 * retained until it is released. A position identifies a sample in all snapshots of its series.
 * Used by one thread.
 */
final class SampleRun {

  /** The number of bits of a position that are the index in a chunk. */
  private static final int INDEX_BITS = 8;

  private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;

  private final List<SampleChunk> chunks;
  private final @Nullable DecodedSamples[] decoded;
  private final int firstNumber;

  /** Columns to decode into; null if the decoded chunks are shared with other readers. */
  private final SeriesHistory.@Nullable Scratch scratch;

  /** The chunks before this one are released. */
  private int released;

  /** Creates a run whose decoded chunks are shared with other readers. */
  SampleRun(List<SampleChunk> chunks) {
    this(chunks, null);
  }

  private SampleRun(List<SampleChunk> chunks, SeriesHistory.@Nullable Scratch scratch) {
    this.chunks = chunks;
    this.scratch = scratch;
    this.decoded = new DecodedSamples[chunks.size()];
    this.firstNumber = chunks.isEmpty() ? 0 : chunks.get(0).number();
  }

  /** Returns a run that caches nothing, for a reader that passes once over all series. */
  static SampleRun readOnce(List<SampleChunk> chunks, SeriesHistory.Scratch scratch) {
    scratch.begin();
    return new SampleRun(chunks, scratch);
  }

  /** Returns the number of chunks. */
  int size() {
    return chunks.size();
  }

  SampleChunk chunk(int chunk) {
    return chunks.get(chunk);
  }

  DecodedSamples decoded(int chunk) {
    DecodedSamples known = decoded[chunk];
    if (known == null) {
      known =
          scratch == null
              ? chunks.get(chunk).decoded()
              : chunks.get(chunk).decodedOnce(scratch::lend);
      decoded[chunk] = known;
      released = Math.min(released, chunk);
    }
    return known;
  }

  /** Releases the decoded chunks before a chunk. */
  void releaseBefore(int chunk) {
    while (released < chunk) {
      decoded[released++] = null;
    }
  }

  /** Returns the position of a sample; positions increase in the order of arrival. */
  long position(int chunk, int index) {
    return (((long) firstNumber + chunk) << INDEX_BITS) + index;
  }

  /**
   * Returns the position that is a number of samples before the first one that counts at or after a
   * time, or before the end if there is none; the first position if there are fewer samples. The
   * run must have a chunk.
   */
  long positionBefore(long fromMillis, int samples) {
    int chunk = 0;
    while (chunk < size() - 1 && !chunk(chunk).overlapsWindowTimes(fromMillis, Long.MAX_VALUE)) {
      chunk++;
    }
    int index = decoded(chunk).firstCounting(fromMillis) - samples;
    while (index < 0 && chunk > 0) {
      index += chunk(--chunk).count();
    }
    return position(chunk, Math.max(0, index));
  }

  /** Returns the chunk of a position. */
  int chunkOf(long position) {
    return (int) ((position >> INDEX_BITS) - firstNumber);
  }

  /** Returns the index of a position in its chunk. */
  static int indexOf(long position) {
    return (int) (position & INDEX_MASK);
  }

  /** Returns the chunk after the last one of a segment. */
  int endOfSegment(int first) {
    int segment = chunks.get(first).segment();
    int end = first + 1;
    while (end < chunks.size() && chunks.get(end).segment() == segment) {
      end++;
    }
    return end;
  }

  /**
   * Returns the last of the chunks from {@code first} to before {@code end} that may contain
   * samples which count in a time range; -1 if there is none.
   */
  static int lastOverlapping(
      List<SampleChunk> chunks, int first, int end, long fromMillis, long toMillis) {
    int last = end - 1;
    while (last >= first && !chunks.get(last).overlapsWindowTimes(fromMillis, toMillis)) {
      last--;
    }
    return last < first ? -1 : last;
  }

  /** Returns {@link #lastOverlapping} for the chunks of this run. */
  int lastOverlapping(int first, int end, long fromMillis, long toMillis) {
    return lastOverlapping(chunks, first, end, fromMillis, toMillis);
  }

  /** Returns the index of the last sample of a chunk that counts before a time; -1 for none. */
  int lastCounting(int chunk, long toMillis) {
    DecodedSamples samples = decoded(chunk);
    int last = samples.count() - 1;
    while (last >= 0 && samples.windowTimeMillis(last) >= toMillis) {
      last--;
    }
    return last;
  }
}
