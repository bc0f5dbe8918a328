package io.greenlang.metrics.feed;

import io.greenlang.metrics.broker.Interruption;
import io.greenlang.metrics.broker.Publication;
import org.jspecify.annotations.Nullable;

/**
 * A sequence of publication ids that only increase, even if the log behind the broker is lost. It
 * maps the ids to log offsets and back. Used under the channel lock.
 */
final class Numbering {

  /**
   * The maximum number of publications by which instances differ: several seconds at the highest
   * rate.
   */
  private static final long MAX_AHEAD = 100_000;

  private String epoch;

  /** The difference between a publication id and its offset in the current epoch. */
  private long base;

  private long latestId;

  /** The id of the last publication before the latest gap; 0 if there was no gap. */
  private long lastGapId;

  /** Creates a sequence that continues after an offset. */
  Numbering(String epoch, long offset) {
    this.epoch = epoch;
    this.latestId = offset;
  }

  /** Returns the id of the next publication. */
  long next(Publication publication) {
    latestId = publication.offset() + base;
    return latestId;
  }

  /** Continues at the position after a gap; ids are not reused. */
  void interrupt(Interruption gap) {
    if (!gap.epoch().equals(epoch)) {
      epoch = gap.epoch();
      base = latestId - gap.offset();
    }
    latestId = Math.max(latestId, gap.offset() + base);
    lastGapId = latestId;
  }

  /** Returns the id of the latest publication; 0 if there was none. */
  long newest() {
    return latestId;
  }

  /** Returns the current epoch. */
  String epoch() {
    return epoch;
  }

  /** Returns the log offset of a publication id of the current epoch. */
  long offset(long publicationId) {
    return publicationId - base;
  }

  /**
   * Returns the publication id for a client's position. Returns null if there was a gap since then,
   * or if the position belongs to another epoch. The id may be slightly ahead of the latest one: it
   * then comes from an instance that has received more.
   */
  @Nullable Long number(Position position) {
    if (!position.epoch().equals(epoch) || position.offset() > latestId - base + MAX_AHEAD) {
      return null;
    }
    long publicationId = position.offset() + base;
    return publicationId < lastGapId ? null : Long.valueOf(publicationId);
  }
}
