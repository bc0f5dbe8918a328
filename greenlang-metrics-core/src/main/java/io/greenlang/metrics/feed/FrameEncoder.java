package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages in one encoding. The hub knows what to write and when, the encoder how. Stateless
 * but for caches; called under a channel's lock, by several channels at once.
 *
 * <p>Nothing here writes WebSocket headers: that is done in one place, around these.
 */
public interface FrameEncoder {

  /** The encoding that this writes. */
  Encoding encoding();

  /** Writes what never changes in the metrics of a series. The hub keeps the answer. */
  EncodedSeries prepare(Series series);

  /**
   * Writes one metric.
   *
   * @param timeMillis milliseconds since 1970
   */
  void metric(EncodedSeries series, double value, long timeMillis, FrameBuffer out);

  /**
   * Writes what the metrics of a window came to.
   *
   * @param startMillis where the window starts, in milliseconds since 1970
   * @param lengthMillis how long it is; called {@link Interval#label} of that
   */
  void aggregate(
      EncodedSeries series,
      Aggregate aggregate,
      long startMillis,
      long lengthMillis,
      FrameBuffer out);

  /** Writes the beginning of a message that holds {@code count} metrics in a list. */
  void beginBatch(Channel channel, int count, FrameBuffer out);

  /** Writes what stands between two metrics of the list, if anything. */
  void separateBatch(FrameBuffer out);

  /** Writes the end of that message. */
  void endBatch(FrameBuffer out);

  /**
   * Writes a snapshot.
   *
   * @param timeMillis milliseconds since 1970
   * @param values nested maps by the parts of the metrics' names; the leaves are {@link Double}s
   */
  void snapshot(
      Channel channel, Tags tags, long timeMillis, Map<String, Object> values, FrameBuffer out);

  /**
   * Writes a message again, with where a client stands once it has it.
   *
   * @param message holds a whole message of this encoder from {@code from} on
   * @param offset the client's place, field {@code offset}; null to leave it out
   * @param replayed whether to say that it is from the past, field {@code replayed}
   */
  void mark(
      FrameBuffer message,
      int from,
      int length,
      @Nullable Long offset,
      boolean replayed,
      FrameBuffer out);

  /** Writes that {@code missed} metrics of the channel will not come one by one. */
  void lagged(Channel channel, long missed, FrameBuffer out);

  /**
   * Writes that metrics of the channel are lost, or may be: also a message {@code lagged}.
   *
   * @param missed how many; null where nobody can know
   * @param place where the client stands now, fields {@code epoch} and {@code offset}; null to
   *     leave it out
   */
  void interrupted(
      Channel channel, @Nullable Long missed, @Nullable Position place, FrameBuffer out);
}
