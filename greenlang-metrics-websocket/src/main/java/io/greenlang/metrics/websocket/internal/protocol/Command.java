package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.history.HistoryCursor;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** A command from a client. */
public sealed interface Command {

  /**
   * A command that subscribes to the metrics of channels from now on.
   *
   * @param channels names or prefix patterns, at least one
   * @param tags the tags that a metric must have
   * @param names the patterns that a metric's name may match
   * @param interval the length of aggregation windows; null for raw metrics
   * @param groupBy the tags to keep when series are aggregated; null for all
   * @param format the shape of the messages
   * @param histogramFields the further fields of histograms
   * @param encoding the encoding of the metrics
   * @param metadata whether the client receives the units and descriptions of its metrics
   * @param latest whether the latest values are sent first
   * @param resume whether the answer and each message contain the stream position
   * @param since the positions to resume from, by channel: the client has received everything up to
   *     there
   * @param from the time from which history is replayed first; null for none. Exclusive with {@code
   *     since}.
   * @param id the id to repeat in the answer; null for none
   */
  record Subscribe(
      List<NamePattern> channels,
      TagFilter tags,
      SortedSet<NamePattern> names,
      @Nullable Interval interval,
      @Nullable SortedSet<String> groupBy,
      Format format,
      HistogramFields histogramFields,
      Encoding encoding,
      boolean metadata,
      boolean latest,
      boolean resume,
      Map<String, StreamPosition> since,
      @Nullable Instant from,
      @Nullable String id)
      implements Command {}

  /**
   * A command that ends the subscriptions to channels.
   *
   * @param channels names or prefix patterns, at least one
   * @param id the id to repeat in the answer; null for none
   */
  record Unsubscribe(List<NamePattern> channels, @Nullable String id) implements Command {}

  /**
   * A command that replaces the client's token.
   *
   * @param token the new token, not yet validated
   * @param id the id to repeat in the answer; null for none
   */
  record RefreshToken(String token, @Nullable String id) implements Command {

    /** Omits the token, which must not appear in a log. */
    @Override
    public String toString() {
      return "RefreshToken[id=" + id + "]";
    }
  }

  /**
   * A request for a part of a channel's history.
   *
   * @param channel the name of the channel
   * @param tags the tags that a metric must have
   * @param names the patterns that a metric's name may match
   * @param from the start of the time range
   * @param to the end of the time range; null for now
   * @param interval the length of aggregation windows; null to choose the best fit for the range
   * @param histogramFields the further fields of histograms
   * @param metadata whether the answer has the units and descriptions of its metrics
   * @param limit the maximum number of metrics in the answer
   * @param after the last metric of the previous page; null for the first page
   * @param id the id to repeat in the answer; null for none
   */
  record GetHistory(
      Channel channel,
      TagFilter tags,
      SortedSet<NamePattern> names,
      Instant from,
      @Nullable Instant to,
      @Nullable Interval interval,
      HistogramFields histogramFields,
      boolean metadata,
      int limit,
      @Nullable HistoryCursor after,
      @Nullable String id)
      implements Command {}

  /** The answer to a ping. */
  record Pong() implements Command {}
}
