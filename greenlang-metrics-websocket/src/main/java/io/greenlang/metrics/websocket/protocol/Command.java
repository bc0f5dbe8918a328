package io.greenlang.metrics.websocket.protocol;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.feed.Position;
import io.greenlang.metrics.history.HistoryKey;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** What a client asks for. */
public sealed interface Command {

  /**
   * Send me these channels' metrics from now on.
   *
   * @param channels names or prefix patterns, at least one
   * @param tags which tags a metric must have
   * @param names which names a metric may have
   * @param interval how long the windows of aggregation are; null for metrics as they come
   * @param groupBy the tags to keep; null for all
   * @param format the shape of the messages
   * @param encoding the encoding of the metrics
   * @param latest whether the newest values come first
   * @param resume whether the answer and each message say where the client stands
   * @param since for each channel where the client has been the place up to which it saw everything
   * @param from the time from which on the past is wanted, too; null for none. Not with {@code
   *     since}
   * @param id repeated in the answer, if there is one
   */
  record Subscribe(
      List<NamePattern> channels,
      TagFilter tags,
      SortedSet<NamePattern> names,
      @Nullable Interval interval,
      @Nullable SortedSet<String> groupBy,
      Format format,
      Encoding encoding,
      boolean latest,
      boolean resume,
      Map<String, Position> since,
      @Nullable Instant from,
      @Nullable String id)
      implements Command {}

  /**
   * Stop sending me these channels' metrics.
   *
   * @param channels names or prefix patterns, at least one
   * @param id repeated in the answer, if there is one
   */
  record Unsubscribe(List<NamePattern> channels, @Nullable String id) implements Command {}

  /**
   * Take this token in place of the one that I came with.
   *
   * @param token not checked yet
   * @param id repeated in the answer, if there is one
   */
  record RefreshToken(String token, @Nullable String id) implements Command {

    /** Without the token, which must not get into a log. */
    @Override
    public String toString() {
      return "RefreshToken[id=" + id + "]";
    }
  }

  /**
   * Send me a part of a channel's past.
   *
   * @param channel its name
   * @param tags which tags a metric must have
   * @param names which names a metric may have
   * @param from from when on
   * @param to until when; null for now
   * @param interval how long the windows shall be; null for what fits the range best
   * @param limit how many metrics the answer may have
   * @param after the last metric of the page before; null for the first page
   * @param id repeated in the answer, if there is one
   */
  record GetHistory(
      Channel channel,
      TagFilter tags,
      SortedSet<NamePattern> names,
      Instant from,
      @Nullable Instant to,
      @Nullable Interval interval,
      int limit,
      @Nullable HistoryKey after,
      @Nullable String id)
      implements Command {}

  /** I am alive. */
  record Pong() implements Command {}
}
