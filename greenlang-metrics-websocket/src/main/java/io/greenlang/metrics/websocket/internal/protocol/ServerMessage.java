package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.StartResult;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message to a client that is not a metric. A new field also needs the golden files, {@code
 * docs/reference/protocol.md} and both clients.
 */
public sealed interface ServerMessage {

  /** Returns the message as a map, which both encodings carry. */
  Map<String, Object> toMap();

  /**
   * The first message on each connection.
   *
   * @param clientId a label for people, never a credential
   * @param heartbeatSeconds the interval between pings
   * @param now the server's time
   */
  record Welcome(String clientId, double heartbeatSeconds, Instant now) implements ServerMessage {
    @Override
    public Map<String, Object> toMap() {
      Map<String, Object> map = message("welcome", null);
      map.put("client_id", clientId);
      map.put("timestamp", seconds(now));
      map.put("heartbeat_interval", BigDecimal.valueOf(heartbeatSeconds));
      map.put("server_time", MessageCodec.formatTime(now.toEpochMilli()));
      return map;
    }
  }

  /**
   * The answer to a subscription, sent before its first metric.
   *
   * @param channels the channels of the command, with patterns resolved
   * @param startResults the start position in each channel; null if the client does not want to
   *     resume
   * @param id the id of the command, or null
   */
  record Subscribed(
      List<String> channels, @Nullable Map<String, StartResult> startResults, @Nullable String id)
      implements ServerMessage {
    @Override
    public Map<String, Object> toMap() {
      Map<String, Object> map = message("subscribed", id);
      map.put("channels", channels);
      if (startResults != null) {
        Map<String, Object> positions = new LinkedHashMap<>();
        startResults.forEach((channel, result) -> positions.put(channel, position(result)));
        map.put("positions", positions);
      }
      return map;
    }

    private static Map<String, Object> position(StartResult result) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("epoch", result.position().epoch());
      map.put("offset", result.position().offset());
      if (result.recovered() != null) {
        map.put("recovered", result.recovered());
      }
      return map;
    }
  }

  /**
   * The answer to an unsubscription, sent after the last metric.
   *
   * @param channels the channels whose subscriptions ended
   * @param id the id of the command, or null
   */
  record Unsubscribed(List<String> channels, @Nullable String id) implements ServerMessage {
    @Override
    public Map<String, Object> toMap() {
      Map<String, Object> map = message("unsubscribed", id);
      map.put("channels", channels);
      return map;
    }
  }

  /**
   * The answer to a request for history.
   *
   * @param channel the channel
   * @param page the metrics found
   * @param to the end of the requested time range
   * @param metadata the descriptions of the metrics found; null if the client did not ask for them
   * @param id the id of the command, or null
   */
  record History(
      Channel channel,
      HistoryPage page,
      Instant to,
      HistogramFields histogramFields,
      @Nullable List<MetricDescription> metadata,
      @Nullable String id)
      implements ServerMessage {
    @Override
    public Map<String, Object> toMap() {
      return HistoryMessage.toMap(this);
    }
  }

  /**
   * The units and descriptions of metrics, sent to clients that asked for them.
   *
   * @param channel the channel
   * @param metrics the descriptions of its metrics, each of another name
   */
  record Metadata(Channel channel, List<MetricDescription> metrics) implements ServerMessage {
    @Override
    public Map<String, Object> toMap() {
      Map<String, Object> map = message("metadata", null);
      map.put("channel", channel.name());
      map.put("metrics", toMap(metrics));
      return map;
    }

    /** Returns descriptions by the name of their metric. */
    static Map<String, Object> toMap(List<MetricDescription> metrics) {
      Map<String, Object> byName = new LinkedHashMap<>();
      for (MetricDescription metric : metrics) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (metric.unit() != null) {
          fields.put("unit", metric.unit());
        }
        if (metric.description() != null) {
          fields.put("description", metric.description());
        }
        byName.put(metric.name(), fields);
      }
      return byName;
    }
  }

  /**
   * The answer to a replacement token that is accepted.
   *
   * @param expiresAt the time at which the token expires; null if it does not expire
   * @param id the id of the command, or null
   */
  record TokenRefreshed(@Nullable Instant expiresAt, @Nullable String id) implements ServerMessage {
    @Override
    public Map<String, Object> toMap() {
      Map<String, Object> map = message("token_refreshed", id);
      if (expiresAt != null) {
        map.put("expires_at", seconds(expiresAt));
      }
      return map;
    }
  }

  /**
   * The error for a client whose new token hides channels that it was subscribed to.
   *
   * @param channels the channels whose subscriptions ended
   */
  record ChannelsHidden(List<String> channels) implements ServerMessage {
    @Override
    public Map<String, Object> toMap() {
      Map<String, Object> map =
          new ErrorMessage(ErrorCode.UNKNOWN_CHANNEL, ErrorMessage.UNKNOWN_CHANNEL, null).toMap();
      map.put("channels", channels);
      return map;
    }
  }

  /**
   * A heartbeat that asks the client for a pong.
   *
   * @param now the server's time
   */
  record Ping(Instant now) implements ServerMessage {
    @Override
    public Map<String, Object> toMap() {
      Map<String, Object> map = message("ping", null);
      map.put("timestamp", seconds(now));
      return map;
    }
  }

  /**
   * An error.
   *
   * @param code the code, for programs
   * @param message the description, for people
   * @param id the id of the command that failed, or null
   */
  record ErrorMessage(ErrorCode code, String message, @Nullable String id)
      implements ServerMessage {

    /** The message for a channel that does not exist or that the token does not allow. */
    static final String UNKNOWN_CHANNEL = "Invalid subscription: unknown channel";

    /** The error for a token that is missing or not accepted. */
    public static final ErrorMessage UNAUTHORIZED =
        new ErrorMessage(ErrorCode.UNAUTHORIZED, "Invalid authentication token", null);

    /** The error for a token that expired. */
    public static final ErrorMessage TOKEN_EXPIRED =
        new ErrorMessage(ErrorCode.TOKEN_EXPIRED, "Invalid authentication token", null);

    /** The error for a client that exceeds a rate limit. */
    public static final ErrorMessage RATE_LIMITED =
        new ErrorMessage(ErrorCode.RATE_LIMITED, "Rate limit exceeded", null);

    /** Returns the error for a message that could not be parsed. */
    public static ErrorMessage malformed(MalformedMessageException e) {
      return new ErrorMessage(ErrorCode.MALFORMED, "Malformed message: " + e.getMessage(), e.id());
    }

    @Override
    public Map<String, Object> toMap() {
      Map<String, Object> map = ServerMessage.message("error", id);
      map.put("message", message);
      map.put("code", code.name());
      return map;
    }
  }

  /**
   * The error for a command that the client may repeat after a time.
   *
   * @param code the code, for programs
   * @param message the description, for people
   * @param retryAfter the time after which the client may repeat the command
   * @param id the id of the command, or null
   */
  record Refused(ErrorCode code, String message, Duration retryAfter, @Nullable String id)
      implements ServerMessage {
    @Override
    public Map<String, Object> toMap() {
      Map<String, Object> map = new ErrorMessage(code, message, id).toMap();
      map.put("retry_after", Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds()));
      return map;
    }
  }

  /** The {@code code} of an error message. */
  enum ErrorCode {
    /** The token is missing or not accepted. */
    UNAUTHORIZED,
    /** The token expired while the client was connected. */
    TOKEN_EXPIRED,
    /** The client sent too many messages, or more metrics are due than its limit allows. */
    RATE_LIMITED,
    /**
     * The channel does not exist, or the client cannot see it. The client cannot distinguish them.
     */
    UNKNOWN_CHANNEL,
    /** The subscription is invalid. */
    BAD_SUBSCRIPTION,
    /** The subject has too many distinct views, or the channel has. */
    TOO_MANY_VIEWS,
    /** The request for history is invalid. */
    BAD_HISTORY,
    /** The server retains no history. */
    HISTORY_UNAVAILABLE,
    /** The type of the message is unknown. */
    UNKNOWN_TYPE,
    /** The message is malformed. */
    MALFORMED
  }

  private static Map<String, Object> message(String type, @Nullable String id) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("type", type);
    if (id != null) {
      map.put("id", id);
    }
    return map;
  }

  /**
   * Returns seconds since 1970 with a fraction, as the product's messages carry them. It accepts
   * any instant: an application's authenticator may return {@link Instant#MAX}, which exceeds a
   * long of milliseconds.
   */
  private static BigDecimal seconds(Instant time) {
    long millis = time.getNano() / 1_000_000;
    return BigDecimal.valueOf(time.getEpochSecond()).add(BigDecimal.valueOf(millis, 3));
  }
}
