package io.greenlang.metrics.internal.sequence;

import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.subscription.StreamPosition;
import org.jspecify.annotations.Nullable;

/**
 * A sequence of publication ids that only increase, even if the broker loses its log. The broker
 * numbers publications by offsets in its log, which start again in a new epoch. This class maps the
 * offsets to ids and back. Used under the channel lock.
 */
public final class PublicationSequence {

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
  public PublicationSequence(String epoch, long offset) {
    this.epoch = epoch;
    this.latestId = offset;
  }

  /** Returns the id of the next publication. */
  public long nextId(Publication publication) {
    latestId = publication.offset() + base;
    return latestId;
  }

  /** Continues at the position after a gap; ids are not reused. */
  public void recordGap(Gap gap) {
    if (!gap.epoch().equals(epoch)) {
      epoch = gap.epoch();
      base = latestId - gap.offset();
    }
    latestId = Math.max(latestId, gap.offset() + base);
    lastGapId = latestId;
  }

  /** Returns the id of the latest publication; 0 if there was none. */
  public long latest() {
    return latestId;
  }

  /** Returns the current epoch. */
  public String epoch() {
    return epoch;
  }

  /** Returns the log offset of a publication id of the current epoch. */
  public long toOffset(long publicationId) {
    return publicationId - base;
  }

  /**
   * Returns the publication id for a client's position. Returns null if there was a gap since then,
   * or if the position belongs to another epoch. The id may be slightly ahead of the latest one: it
   * then comes from an instance that has received more.
   */
  @Nullable
  public Long publicationId(StreamPosition position) {
    if (!position.epoch().equals(epoch) || position.offset() > latestId - base + MAX_AHEAD) {
      return null;
    }
    long publicationId = position.offset() + base;
    return publicationId < lastGapId ? null : Long.valueOf(publicationId);
  }
}
