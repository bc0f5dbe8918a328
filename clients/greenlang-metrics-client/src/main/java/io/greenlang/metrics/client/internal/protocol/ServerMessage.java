package io.greenlang.metrics.client.internal.protocol;

import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.MetricMetadata;
import io.greenlang.metrics.client.model.MetricsClientException;
import io.greenlang.metrics.client.model.SeriesLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A validated message of the server. */
public sealed interface ServerMessage {

  /** A message that answers a command. Its id is null if the server does not echo ids. */
  sealed interface Reply extends ServerMessage {
    @Nullable String id();
  }

  /** The first message of a connection. */
  record Welcome(@Nullable String clientId, Duration heartbeat, @Nullable Instant serverTime)
      implements ServerMessage {}

  /** The confirmation of a subscription, with positions if the client can resume. */
  record Subscribed(
      @Nullable String id, List<String> channels, Map<String, ConfirmedPosition> positions)
      implements Reply {}

  /**
   * A position that a confirmation names.
   *
   * @param recovered whether a replay from the requested position follows
   */
  record ConfirmedPosition(StreamPosition position, boolean recovered) {}

  /** The end of subscriptions. */
  record Unsubscribed(@Nullable String id, List<String> channels) implements Reply {}

  /** A page of history, whose cursor is null on the last page. */
  record HistoryReply(
      @Nullable String id,
      List<Metric> metrics,
      Instant start,
      Instant end,
      @Nullable Duration interval,
      List<MetricMetadata> metadata,
      @Nullable String cursor)
      implements Reply {}

  /** The acceptance of a new token, whose expiry is null if it has none. */
  record TokenRefreshed(@Nullable String id, @Nullable Instant expiresAt) implements Reply {}

  /** A rejection of a command, or an error of the connection. */
  record Failure(@Nullable String id, MetricsClientException error) implements Reply {}

  /**
   * Metrics of one channel.
   *
   * @param offset the offset of the publication; empty unless the subscription can resume
   * @param replayed whether the server sends them from its history
   * @param complete whether no other frame carries metrics of the same publication
   */
  record Metrics(
      String channel, List<Metric> metrics, OptionalLong offset, boolean replayed, boolean complete)
      implements ServerMessage {}

  /** Units and descriptions. */
  record Metadata(List<MetricMetadata> metadata) implements ServerMessage {}

  /** A loss of metrics, with the client's new position if it lost the previous one. */
  record Lagged(String channel, OptionalLong missed, @Nullable StreamPosition position)
      implements ServerMessage {}

  /** A report that metrics of new series were dropped. */
  record SeriesLimited(SeriesLimit limit) implements ServerMessage {}

  /** A heartbeat. */
  record Ping(@Nullable Instant serverTime) implements ServerMessage {}

  /** A message of a newer server, which is not an error. */
  record Unknown(String type) implements ServerMessage {}
}
