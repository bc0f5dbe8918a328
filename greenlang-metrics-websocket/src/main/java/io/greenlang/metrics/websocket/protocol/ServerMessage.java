package io.greenlang.metrics.websocket.protocol;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.feed.Opening;
import io.greenlang.metrics.history.HistoryPage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message to a client that is not a metric. */
public sealed interface ServerMessage {

  /** The message as both encodings carry it. */
  Map<String, Object> toMap();

  /**
   * The first message on each connection.
   *
   * @param clientId a label for people, never a credential
   * @param heartbeatSeconds how often a ping comes
   * @param now the server's time
   */
  record Welcome(String clientId, double heartbeatSeconds, Instant now) implements ServerMessage {
    @Override
    public Map<String, Object> toMap() {
      Map<String, Object> map = message("welcome", null);
      map.put("client_id", clientId);
      map.put("timestamp", seconds(now));
      map.put("heartbeat_interval", heartbeatSeconds);
      map.put("server_time", Timestamps.format(now.toEpochMilli()));
      return map;
    }
  }

  /**
   * The answer to a subscription, ahead of its first metric.
   *
   * @param channels those of the command, patterns resolved
   * @param openings where the client stands in each channel; null if it does not mean to come back
   * @param id the command's, if it had one
   */
  record Subscribed(
      List<String> channels, @Nullable Map<String, Opening> openings, @Nullable String id)
      implements ServerMessage {
    @Override
    public Map<String, Object> toMap() {
      Map<String, Object> map = message("subscribed", id);
      map.put("channels", channels);
      if (openings != null) {
        Map<String, Object> positions = new LinkedHashMap<>();
        openings.forEach((channel, opening) -> positions.put(channel, position(opening)));
        map.put("positions", positions);
      }
      return map;
    }

    private static Map<String, Object> position(Opening opening) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("epoch", opening.position().epoch());
      map.put("offset", opening.position().offset());
      map.put("recovered", opening.recovered());
      return map;
    }
  }

  /**
   * The answer to an unsubscription, behind the last metric.
   *
   * @param channels those that the client had been subscribed to
   * @param id the command's, if it had one
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
   * @param page what was found
   * @param to until when was asked
   * @param id the command's, if it had one
   */
  record History(Channel channel, HistoryPage page, Instant to, @Nullable String id)
      implements ServerMessage {
    @Override
    public Map<String, Object> toMap() {
      return HistoryMaps.of(this);
    }
  }

  /**
   * The answer to a token that is accepted in place of another.
   *
   * @param expiresAt when it runs out; null for never
   * @param id the command's, if it had one
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
   * The error that a client gets whose new token hides what it was subscribed to.
   *
   * @param channels whose subscriptions have ended
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
   * A question for a sign of life.
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
   * What went wrong.
   *
   * @param code for programs
   * @param message for people
   * @param id that of the command that it answers, if it had one
   */
  record ErrorMessage(ErrorCode code, String message, @Nullable String id)
      implements ServerMessage {

    /** What is said of a channel that is not there, or that the token may not see. */
    static final String UNKNOWN_CHANNEL = "Invalid subscription: unknown channel";

    /** A token that is missing or not accepted. */
    public static final ErrorMessage UNAUTHORIZED =
        new ErrorMessage(ErrorCode.UNAUTHORIZED, "Invalid authentication token", null);

    /** A token that ran out. */
    public static final ErrorMessage TOKEN_EXPIRED =
        new ErrorMessage(ErrorCode.TOKEN_EXPIRED, "Invalid authentication token", null);

    /** More messages than there may be. */
    public static final ErrorMessage RATE_LIMITED =
        new ErrorMessage(ErrorCode.RATE_LIMITED, "Rate limit exceeded", null);

    /** A message that was not understood. */
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

  private static Map<String, Object> message(String type, @Nullable String id) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("type", type);
    if (id != null) {
      map.put("id", id);
    }
    return map;
  }

  /**
   * Seconds since 1970 with a fraction, as the product's messages carry them. Of any instant: an
   * authenticator of the host's may say {@link Instant#MAX}, which a long of milliseconds cannot.
   */
  private static BigDecimal seconds(Instant time) {
    long millis = time.getNano() / 1_000_000;
    return BigDecimal.valueOf(time.getEpochSecond()).add(BigDecimal.valueOf(millis, 3));
  }
}
