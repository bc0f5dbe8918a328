package io.greenlang.metrics.websocket.protocol;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Understands the maps that clients send. Fields that it does not know are ignored. */
public final class CommandReader {

  /** What the protocol has and this server does not have yet: refused, rather than ignored. */
  private static final List<String> NOT_YET = List.of("resume", "since");

  private static final int MAX_SHOWN_TYPE = 64;

  private CommandReader() {}

  /**
   * Understands a message.
   *
   * @throws MalformedMessageException if it has not the shape of a command
   * @throws CommandException if it has, and asks for something that cannot be
   */
  public static Command read(Map<String, Object> message)
      throws MalformedMessageException, CommandException {
    String id = id(message);
    if (message.get("type") instanceof String type) {
      return read(type, message, id);
    }
    throw new MalformedMessageException("type is missing or not a text", id);
  }

  private static Command read(String type, Map<String, Object> message, @Nullable String id)
      throws MalformedMessageException, CommandException {
    return switch (type) {
      case "subscribe" -> subscribe(data(message, id), id);
      case "unsubscribe" -> unsubscribe(message, id);
      case "refresh_token" -> refreshToken(data(message, id), id);
      case "pong" -> new Command.Pong();
      case "get_history" ->
          throw new CommandException(
              ErrorCode.HISTORY_UNAVAILABLE, "History error: this server keeps no history", id);
      default -> throw unknownType(type, id);
    };
  }

  /** The product's page has the channels at the top level; people put them into data, too. */
  private static Command unsubscribe(Map<String, ?> message, @Nullable String id)
      throws MalformedMessageException, CommandException {
    boolean atTop = message.get("channels") != null;
    return new Command.Unsubscribe(channels(atTop ? message : data(message, id), id), id);
  }

  private static Command refreshToken(Map<String, ?> data, @Nullable String id)
      throws MalformedMessageException {
    if (data.get("token") instanceof String token) {
      return new Command.RefreshToken(token, id);
    }
    throw new MalformedMessageException("token is missing or not a text", id);
  }

  private static Command subscribe(Map<String, ?> data, @Nullable String id)
      throws CommandException {
    for (String field : NOT_YET) {
      Object value = data.get(field);
      if (value != null && !value.equals(false)) {
        throw CommandException.badSubscription(field + " is not supported by this server", id);
      }
    }
    boolean compression = flag(data, "compression", id);
    return new Command.Subscribe(
        channels(data, id),
        tags(data, id),
        names(data, id),
        interval(data, id),
        groupBy(data, id),
        format(data, id),
        compression ? Encoding.MESSAGEPACK : Encoding.JSON,
        flag(data, "latest", id),
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

  /** JSON can spell half a surrogate pair by an escape; nothing can write it as UTF-8. */
  private static boolean canBeSentBack(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static Map<String, ?> data(Map<String, ?> message, @Nullable String id)
      throws MalformedMessageException {
    if (message.get("data") instanceof Map<?, ?> data) {
      @SuppressWarnings("unchecked") // both codecs make maps with text keys only
      Map<String, ?> fields = (Map<String, ?>) data;
      return fields;
    }
    throw new MalformedMessageException("data is missing or not an object", id);
  }

  private static List<NamePattern> channels(Map<String, ?> data, @Nullable String id)
      throws CommandException {
    List<String> texts = texts(data.get("channels"), "channels", WireLimits.MAX_CHANNELS, id);
    List<NamePattern> patterns = new ArrayList<>();
    for (String text : texts) {
      try {
        NamePattern pattern = NamePattern.of(text);
        if (pattern.isExact()) {
          new Channel(text); // no such name can be a channel's: say what an unknown one gets
        }
        patterns.add(pattern);
      } catch (IllegalArgumentException e) {
        throw CommandException.unknownChannel(id);
      }
    }
    return patterns;
  }

  private static SortedSet<NamePattern> names(Map<String, ?> data, @Nullable String id)
      throws CommandException {
    SortedSet<NamePattern> names = new TreeSet<>();
    if (data.get("metrics") == null) {
      names.add(NamePattern.ALL);
      return names;
    }
    for (String text : texts(data.get("metrics"), "metrics", WireLimits.MAX_NAMES, id)) {
      try {
        names.add(NamePattern.of(text));
      } catch (IllegalArgumentException e) {
        throw CommandException.badSubscription(
            "metrics must be names or prefixes such as cpu.*", id);
      }
    }
    return names;
  }

  private static TagFilter tags(Map<String, ?> data, @Nullable String id) throws CommandException {
    Object tags = data.get("tags");
    if (tags == null) {
      return TagFilter.ALL;
    }
    if (!(tags instanceof Map<?, ?> map)) {
      throw CommandException.badSubscription("tags must be an object", id);
    }
    Map<String, List<String>> allowed = new LinkedHashMap<>();
    for (Map.Entry<?, ?> tag : map.entrySet()) {
      Object value = tag.getValue();
      List<String> values =
          value instanceof String one
              ? List.of(one)
              : texts(value, "a tag's value", TagFilter.MAX_VALUES, id);
      allowed.put((String) tag.getKey(), values);
    }
    try {
      return TagFilter.of(allowed);
    } catch (IllegalArgumentException e) {
      throw CommandException.badSubscription(
          "at most 16 tags with 16 values each, keys of 1 to 64 and values of at most 256"
              + " characters",
          id);
    }
  }

  private static @Nullable Interval interval(Map<String, ?> data, @Nullable String id)
      throws CommandException {
    Object label = data.get("aggregation_interval");
    if (label == null) {
      return null;
    }
    Interval interval = label instanceof String text ? Interval.of(text) : null;
    if (interval == null) {
      throw CommandException.badSubscription(
          "aggregation_interval must be 1s, 5s, 1m, 5m or 1h", id);
    }
    return interval;
  }

  private static @Nullable SortedSet<String> groupBy(Map<String, ?> data, @Nullable String id)
      throws CommandException {
    Object value = data.get("group_by");
    if (value == null) {
      return null;
    }
    if (data.get("aggregation_interval") == null) {
      throw CommandException.badSubscription("group_by needs an aggregation_interval", id);
    }
    boolean none = value instanceof List<?> list && list.isEmpty();
    return new TreeSet<>(none ? List.of() : texts(value, "group_by", Tags.MAX_TAGS, id));
  }

  private static Format format(Map<String, ?> data, @Nullable String id) throws CommandException {
    Object format = data.get("format");
    boolean batch = flag(data, "batch", id);
    if (format == null || format.equals("metric")) {
      return batch ? Format.BATCH : Format.METRIC;
    }
    if (!format.equals("snapshot")) {
      throw CommandException.badSubscription("format must be metric or snapshot", id);
    }
    if (batch) {
      throw CommandException.badSubscription("batch goes with format metric only", id);
    }
    return Format.SNAPSHOT;
  }

  private static boolean flag(Map<String, ?> data, String field, @Nullable String id)
      throws CommandException {
    Object value = data.get(field);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw CommandException.badSubscription(field + " must be true or false", id);
  }

  private static List<String> texts(
      @Nullable Object value, String field, int max, @Nullable String id) throws CommandException {
    if (!(value instanceof List<?> list) || list.isEmpty() || list.size() > max) {
      throw CommandException.badSubscription(field + " must be a list of 1 to " + max, id);
    }
    List<String> texts = new ArrayList<>();
    for (Object each : list) {
      if (!(each instanceof String text)) {
        throw CommandException.badSubscription(field + " must be a list of texts", id);
      }
      texts.add(text);
    }
    return texts;
  }

  /** Shows the type as far as it is safe to send back: printable ASCII, cut. */
  private static CommandException unknownType(String type, @Nullable String id) {
    String cut = type.length() > MAX_SHOWN_TYPE ? type.substring(0, MAX_SHOWN_TYPE) : type;
    String clean = cut.replaceAll("[^\\x20-\\x7e]", "?");
    return new CommandException(ErrorCode.UNKNOWN_TYPE, "Unknown message type: " + clean, id);
  }
}
