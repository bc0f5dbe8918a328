package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parser of commands from decoded messages. It ignores unknown fields. */
public final class CommandParser {

  /** The default number of metrics in an answer: about 150 KB. */
  private static final int DEFAULT_LIMIT = 1_000;

  private static final int MAX_SHOWN_TYPE = 64;

  private CommandParser() {}

  /**
   * Parses a message.
   *
   * @throws MalformedMessageException if the message does not have the shape of a command
   * @throws CommandException if the message is a command that cannot be executed
   */
  public static Command parse(Map<String, Object> message)
      throws MalformedMessageException, CommandException {
    String id = id(message);
    if (message.get("type") instanceof String type) {
      return parse(type, message, id);
    }
    throw new MalformedMessageException("type is missing or not a text", id);
  }

  private static Command parse(String type, Map<String, Object> message, @Nullable String id)
      throws MalformedMessageException, CommandException {
    return switch (type) {
      case "subscribe" -> subscribe(subscription(message, id), id);
      case "unsubscribe" -> unsubscribe(message, id);
      case "refresh_token" -> refreshToken(data(message, id), id);
      case "pong" -> new Command.Pong();
      case "get_history" ->
          getHistory(new CommandFields(data(message, id), CommandException::badHistory, id), id);
      default -> throw unknownType(type, id);
    };
  }

  /**
   * Parses the command. The product's page puts {@code channels} at the top level, but clients put
   * it into {@code data}, too.
   */
  private static Command unsubscribe(Map<String, ?> message, @Nullable String id)
      throws MalformedMessageException, CommandException {
    boolean atTop = message.get("channels") != null;
    CommandFields data =
        atTop
            ? new CommandFields(message, CommandException::badSubscription, id)
            : subscription(message, id);
    return new Command.Unsubscribe(data.channels(), id);
  }

  private static Command refreshToken(Map<String, ?> data, @Nullable String id)
      throws MalformedMessageException {
    if (data.get("token") instanceof String token) {
      return new Command.RefreshToken(token, id);
    }
    throw new MalformedMessageException("token is missing or not a text", id);
  }

  private static Command subscribe(CommandFields data, @Nullable String id)
      throws CommandException {
    boolean isTime = data.has("since") && !data.isMap("since");
    return new Command.Subscribe(
        data.channels(),
        data.tags(),
        data.names(),
        data.liveInterval(),
        data.groupBy(),
        data.format(),
        data.histogramFields(),
        data.flag("compression") ? Encoding.MESSAGEPACK : Encoding.JSON,
        data.flag("metadata"),
        data.flag("latest"),
        data.flag("resume"),
        isTime ? Map.of() : data.positions("since"),
        isTime ? data.time("since") : null,
        id);
  }

  private static Command getHistory(CommandFields data, @Nullable String id)
      throws CommandException {
    Channel channel = data.channel();
    Instant from = data.time("start_time");
    if (from == null) {
      throw data.error("start_time is missing");
    }
    Instant to = data.time("end_time");
    if (to != null && to.isBefore(from)) {
      throw data.error("end_time must not be before start_time");
    }
    return new Command.GetHistory(
        channel,
        data.tags(),
        data.names(),
        from,
        to,
        data.interval(),
        data.histogramFields(),
        data.flag("metadata"),
        data.count("limit", DEFAULT_LIMIT, HistoryQuery.MAX_LIMIT),
        data.cursor(),
        id);
  }

  private static @Nullable String id(Map<String, ?> message) throws MalformedMessageException {
    Object id = message.get("id");
    if (id == null) {
      return null;
    }
    boolean fits = id instanceof String text && text.length() <= WireLimits.MAX_ID_LENGTH;
    if (fits && canBeSentBack((String) id)) {
      return (String) id;
    }
    throw new MalformedMessageException("id is not a text of at most 64 characters");
  }

  /**
   * Returns whether UTF-8 can encode the text. A JSON escape can express half a surrogate pair, and
   * UTF-8 cannot.
   */
  private static boolean canBeSentBack(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static CommandFields subscription(Map<String, ?> message, @Nullable String id)
      throws MalformedMessageException {
    return new CommandFields(data(message, id), CommandException::badSubscription, id);
  }

  private static Map<String, ?> data(Map<String, ?> message, @Nullable String id)
      throws MalformedMessageException {
    if (message.get("data") instanceof Map<?, ?> data) {
      @SuppressWarnings("unchecked") // both codecs create maps with string keys only
      Map<String, ?> fields = (Map<String, ?>) data;
      return fields;
    }
    throw new MalformedMessageException("data is missing or not an object", id);
  }

  /**
   * Creates the error for an unknown type. It quotes only text that is safe to send back: printable
   * ASCII, truncated.
   */
  private static CommandException unknownType(String type, @Nullable String id) {
    String truncated = type.length() > MAX_SHOWN_TYPE ? type.substring(0, MAX_SHOWN_TYPE) : type;
    String sanitized = truncated.replaceAll("[^\\x20-\\x7e]", "?");
    return new CommandException(ErrorCode.UNKNOWN_TYPE, "Unknown message type: " + sanitized, id);
  }
}
