package io.greenlang.metrics.internal.frame;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A writer of messages in one encoding. The hub decides which messages are written and when; the
 * encoder decides how. Implementations are stateless except for caches. Several channels call an
 * encoder concurrently, each under its channel lock.
 *
 * <p>An encoder does not write WebSocket headers; the hub adds them.
 */
public interface FrameEncoder {

  /** Returns the encoding that this encoder writes. */
  Encoding encoding();

  /** Encodes the constant part of a series' messages. The hub caches the result. */
  SeriesTemplate prepare(SeriesKey series);

  /**
   * Writes one metric.
   *
   * @param timeMillis the metric's timestamp in epoch milliseconds
   */
  void metric(SeriesTemplate template, double value, long timeMillis, FrameBuffer out);

  /**
   * Writes the aggregate of a window, or a sample that carries a distribution.
   *
   * @param startMillis the start of the window, or the timestamp of the sample, in epoch
   *     milliseconds
   * @param lengthMillis the length of the window in milliseconds; {@link Interval#label} is its
   *     name. 0 for a sample
   * @param fields the further fields of histograms
   */
  void aggregate(
      SeriesTemplate template,
      Aggregate aggregate,
      long startMillis,
      long lengthMillis,
      HistogramFields fields,
      FrameBuffer out);

  /**
   * Returns a new encoder of a view's publications in columns; null if this encoding has no
   * columns.
   *
   * @param memory limits what the encoder keeps
   */
  default @Nullable ColumnEncoder columns(Subscription view, ColumnMemory memory) {
    return null;
  }

  /** Writes the beginning of a message that contains a list of {@code count} metrics. */
  void beginBatch(Channel channel, int count, FrameBuffer out);

  /** Writes the separator between two metrics of the list, if the encoding has one. */
  void separateBatch(FrameBuffer out);

  /** Writes the end of a message that contains a list of metrics. */
  void endBatch(FrameBuffer out);

  /**
   * Writes a snapshot.
   *
   * @param timeMillis the timestamp in epoch milliseconds
   * @param values nested maps, keyed by the parts of the metrics' names; the leaves are {@link
   *     Double}s
   */
  void snapshot(
      Channel channel, Tags tags, long timeMillis, Map<String, Object> values, FrameBuffer out);

  /**
   * Copies a message and adds the client's offset and the replay marker to it.
   *
   * @param message contains a complete message of this encoder, starting at {@code from}
   * @param length the length of the message in bytes
   * @param offset the client's offset after this message, field {@code offset}; null to omit it
   * @param replayed whether to mark the message as history, field {@code replayed}
   */
  void annotate(
      FrameBuffer message,
      int from,
      int length,
      @Nullable Long offset,
      boolean replayed,
      FrameBuffer out);

  /**
   * Writes a {@code lagged} message: {@code missed} metrics of the channel are not delivered
   * individually.
   */
  void lagged(Channel channel, long missed, FrameBuffer out);

  /**
   * Writes a {@code lagged} message with the reason {@code memory}: the metrics were discarded
   * because the feed exceeded its share of the memory.
   */
  void overBudget(Channel channel, long missed, FrameBuffer out);

  /**
   * Writes a gap as a {@code lagged} message: metrics of the channel are lost, or may be.
   *
   * @param missed the number of lost metrics; null if unknown
   * @param position the client's position from here on, fields {@code epoch} and {@code offset};
   *     null to omit it
   */
  void gap(
      Channel channel, @Nullable Long missed, @Nullable StreamPosition position, FrameBuffer out);

  /**
   * Writes dropped metrics as a {@code lagged} message with the reason {@code series_limit}: the
   * channel dropped {@code missed} metrics of series beyond its limit.
   */
  void dropped(Channel channel, long missed, FrameBuffer out);
}
