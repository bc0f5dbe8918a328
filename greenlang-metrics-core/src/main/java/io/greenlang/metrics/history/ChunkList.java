package io.greenlang.metrics.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of one series, oldest first; the last one may still be growing. One thread changes it,
 * under the channel's lock; any thread may look, and gets a list that does not change.
 */
final class ChunkList<C extends Chunk> {

  private volatile List<C> chunks = List.of();

  /** The last one, while it takes more. */
  private @Nullable C growing;

  /** Those that there are now. */
  List<C> now() {
    return chunks;
  }

  @Nullable C growing() {
    return growing;
  }

  /** Adds the one that grows from now on. */
  void add(C chunk) {
    growing = chunk;
    List<C> longer = new ArrayList<>(chunks);
    longer.add(chunk);
    chunks = List.copyOf(longer);
  }

  /** Nothing grows any more. */
  void seal() {
    growing = null;
  }

  void remove(Chunk chunk) {
    chunks = chunks.stream().filter(each -> each != chunk).toList();
  }
}
