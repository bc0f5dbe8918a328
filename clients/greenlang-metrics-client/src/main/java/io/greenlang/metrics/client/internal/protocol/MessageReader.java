package io.greenlang.metrics.client.internal.protocol;

import static io.greenlang.metrics.client.internal.protocol.FieldReader.malformed;

import io.greenlang.metrics.client.internal.protocol.ServerMessage.ConfirmedPosition;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.MetricMetadata;
import io.greenlang.metrics.client.model.MetricsClientException;
import io.greenlang.metrics.client.model.SeriesLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A reader of messages from decoded documents, which it validates. */
final class MessageReader {

  private static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(30);

  private MessageReader() {}

  /**
   * Reads a message.
   *
   * @throws MetricsClientException with {@code MALFORMED_FRAME} if the document is not a message
   */
  static ServerMessage read(Map<String, ?> fields) {
    String channel = FieldReader.optionalText(fields, "channel");
    // A flat metric has a type too, so the channel and the name are checked first.
    if (channel != null && fields.get("name") instanceof String) {
      return metrics(fields, channel, List.of(MetricReader.read(fields, channel)));
    }
    ServerMessage message = readTyped(fields);
    if (message != null) {
      return message;
    }
    if (channel != null && fields.get("timestamp") instanceof String) {
      return metrics(fields, channel, MetricReader.readSnapshot(fields, channel));
    }
    return new ServerMessage.Unknown(FieldReader.text(fields, "type"));
  }

  /** Returns the message with the type that it names; null if the protocol has no such type. */
  private static @Nullable ServerMessage readTyped(Map<String, ?> fields) {
    String type = FieldReader.optionalText(fields, "type");
    return switch (type == null ? "" : type) {
      case "metrics" -> batch(fields);
      case "welcome" -> welcome(fields);
      case "subscribed" ->
          new ServerMessage.Subscribed(
              id(fields), names(fields), positions(fields.get("positions")));
      case "unsubscribed" -> new ServerMessage.Unsubscribed(id(fields), names(fields));
      case "history" -> history(fields);
      case "metadata" ->
          new ServerMessage.Metadata(
              metadata(fields.get("metrics"), FieldReader.text(fields, "channel")));
      case "lagged" -> lagged(fields);
      case "ping" -> new ServerMessage.Ping(FieldReader.epochSeconds(fields, "timestamp"));
      case "token_refreshed" ->
          new ServerMessage.TokenRefreshed(
              id(fields), FieldReader.epochSeconds(fields, "expires_at"));
      case "error" -> failure(fields);
      default -> null;
    };
  }

  private static ServerMessage batch(Map<String, ?> fields) {
    String channel = FieldReader.text(fields, "channel");
    return metrics(fields, channel, MetricReader.readAll(fields.get("metrics"), channel));
  }

  private static ServerMessage metrics(
      Map<String, ?> fields, String channel, List<Metric> metrics) {
    OptionalLong offset =
        fields.get("offset") == null
            ? OptionalLong.empty()
            : OptionalLong.of(FieldReader.count(fields, "offset"));
    boolean replayed = Boolean.TRUE.equals(fields.get("replayed"));
    return new ServerMessage.Metrics(
        channel, metrics, offset, replayed, "metrics".equals(fields.get("type")));
  }

  private static ServerMessage welcome(Map<String, ?> fields) {
    Duration heartbeat = FieldReader.seconds(fields, "heartbeat_interval");
    return new ServerMessage.Welcome(
        FieldReader.optionalText(fields, "client_id"),
        heartbeat == null ? DEFAULT_HEARTBEAT : heartbeat,
        FieldReader.epochSeconds(fields, "timestamp"));
  }

  private static ServerMessage history(Map<String, ?> fields) {
    String channel = FieldReader.text(fields, "channel");
    boolean hasMore = Boolean.FALSE.equals(fields.get("complete"));
    return new ServerMessage.HistoryReply(
        id(fields),
        MetricReader.readAll(fields.get("metrics"), channel),
        FieldReader.time(fields, "start_time"),
        FieldReader.time(fields, "end_time"),
        FieldReader.interval(fields),
        fields.get("metadata") == null ? List.of() : metadata(fields.get("metadata"), channel),
        hasMore ? FieldReader.optionalText(fields, "cursor") : null);
  }

  private static List<MetricMetadata> metadata(@Nullable Object metrics, String channel) {
    List<MetricMetadata> metadata = new ArrayList<>();
    FieldReader.map(metrics, "metrics")
        .forEach(
            (name, value) -> {
              Map<String, ?> texts = FieldReader.map(value, "metadata");
              metadata.add(
                  new MetricMetadata(
                      channel,
                      name,
                      FieldReader.optionalText(texts, "unit"),
                      FieldReader.optionalText(texts, "description")));
            });
    return metadata;
  }

  private static ServerMessage lagged(Map<String, ?> fields) {
    String channel = FieldReader.text(fields, "channel");
    if ("series_limit".equals(fields.get("reason"))) {
      return new ServerMessage.SeriesLimited(
          new SeriesLimit(channel, Math.max(0, FieldReader.count(fields, "missed"))));
    }
    OptionalLong missed =
        fields.get("missed") == null
            ? OptionalLong.empty()
            : OptionalLong.of(FieldReader.count(fields, "missed"));
    return new ServerMessage.Lagged(
        channel, missed, fields.get("epoch") == null ? null : position(fields));
  }

  private static ServerMessage failure(Map<String, ?> fields) {
    String code = FieldReader.optionalText(fields, "code");
    String message = FieldReader.text(fields, "message");
    ErrorCode known = ErrorCode.ofServer(code == null ? "" : code);
    return new ServerMessage.Failure(
        id(fields),
        new MetricsClientException(
            known,
            known == ErrorCode.OTHER && code != null ? message + " (" + code + ")" : message,
            OptionalInt.empty(),
            FieldReader.seconds(fields, "retry_after"),
            null));
  }

  private static @Nullable String id(Map<String, ?> fields) {
    return FieldReader.optionalText(fields, "id");
  }

  private static List<String> names(Map<String, ?> fields) {
    List<String> names = new ArrayList<>();
    for (Object each : FieldReader.list(fields.get("channels"), "channels")) {
      names.add(FieldReader.text(Map.of("channel", each == null ? "" : each), "channel"));
    }
    return names;
  }

  private static Map<String, ConfirmedPosition> positions(@Nullable Object value) {
    Map<String, ConfirmedPosition> positions = new LinkedHashMap<>();
    if (value != null) {
      FieldReader.map(value, "positions")
          .forEach(
              (channel, each) -> {
                Map<String, ?> fields = FieldReader.map(each, "position");
                boolean recovered = Boolean.TRUE.equals(fields.get("recovered"));
                positions.put(channel, new ConfirmedPosition(position(fields), recovered));
              });
    }
    return positions;
  }

  private static StreamPosition position(Map<String, ?> fields) {
    Object epoch = fields.get("epoch");
    if (!(epoch instanceof String text)) {
      throw malformed("a position has no epoch");
    }
    return new StreamPosition(text, FieldReader.count(fields, "offset"));
  }
}
