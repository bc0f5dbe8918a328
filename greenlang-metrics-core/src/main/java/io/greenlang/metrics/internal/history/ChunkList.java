package io.greenlang.metrics.internal.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of one series, oldest first. The last one may still be growing. The list is
 * copy-on-write: one thread changes it, under the channel's lock, and any thread may read it.
 */
final class ChunkList<C extends Chunk> {

  private volatile List<C> chunks = List.of();

  /** The last chunk while it accepts entries; null once it is sealed. */
  private @Nullable C growing;

  /** Whether a chunk was removed. Written before the list without it. */
  private volatile boolean shortened;

  /** Returns an immutable list of the current chunks. */
  List<C> snapshot() {
    return chunks;
  }

  /** Returns the chunk that accepts entries; null if there is none. */
  @Nullable C growing() {
    return growing;
  }

  /** Adds a chunk, which accepts entries from now on. */
  void add(C chunk) {
    List<C> extended = new ArrayList<>(chunks);
    extended.add(chunk);
    chunks = List.copyOf(extended);
    growing = chunk; // last: after a failure, no entry is appended where no reader looks
  }

  /** Stops appending to the last chunk. */
  void seal() {
    growing = null;
  }

  /** Returns whether a chunk was removed, so that the first one is not the series' first. */
  boolean isShortened() {
    return shortened;
  }

  void remove(Chunk chunk) {
    shortened = true;
    chunks = chunks.stream().filter(each -> each != chunk).toList();
  }
}
