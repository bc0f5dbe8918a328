package io.greenlang.metrics.websocket.protocol;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import java.util.List;
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

  /** I am alive. */
  record Pong() implements Command {}
}
