package io.greenlang.metrics.websocket.internal.sse;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.internal.protocol.MessageCodec;
import io.greenlang.metrics.websocket.transport.Handshake;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request for a stream, from which the subscribe command is made. Only the form of
 * lists is decided here. The session checks the values, as it checks those of a command.
 */
public final class StreamQuery {

  /** A query that is not valid, with the error for the client. */
  public static final class InvalidQueryException extends Exception {
    private static final long serialVersionUID = 1;
    private final transient StreamError error;

    InvalidQueryException(StreamError error) {
      super(error.message(), null, false, false); // no stack trace: clients can cause any number
      this.error = error;
    }

    /** Returns the error for the client. */
    public StreamError error() {
      return error;
    }
  }

  private static final List<String> LISTS = List.of("channels", "metrics", "quantiles", "group_by");
  private static final List<String> FLAGS = List.of("metadata", "latest", "batch", "buckets");
  private static final List<String> TEXTS = List.of("aggregation_interval", "format");

  /** An offset; 0 is the position of a channel without publications. */
  private static final Pattern OFFSET = Pattern.compile("[0-9]{1,18}");

  /** The maximum number of channels of a subscription. */
  private static final int MAX_CHANNELS = 128;

  private final HttpCall call;

  private StreamQuery(HttpCall call) {
    this.call = call;
  }

  /**
   * Reads a request.
   *
   * @param channels the channels of the server, which a position can name
   * @param headers further headers of the response
   * @throws InvalidQueryException if the request cannot become a command
   */
  public static StreamRequest read(
      HttpCall call, Collection<Channel> channels, Map<String, String> headers)
      throws InvalidQueryException {
    return new StreamQuery(call).read(channels, headers);
  }

  private StreamRequest read(Collection<Channel> channels, Map<String, String> headers)
      throws InvalidQueryException {
    requireEvents();
    Map<String, Object> data = new LinkedHashMap<>();
    for (String name : LISTS) {
      putList(name, data);
    }
    putTags(data);
    for (String name : FLAGS) {
      putFlag(name, data);
    }
    for (String name : TEXTS) {
      putText(name, data);
    }
    data.put("resume", true);
    Map<String, ChannelPosition> resumed = putStart(channels, data);
    Map<String, Object> command = new LinkedHashMap<>();
    command.put("type", "subscribe");
    command.put("data", data);
    boolean ofWindows = data.containsKey("aggregation_interval");
    byte[] json = MessageCodec.of(Encoding.JSON).encode(command);
    return new StreamRequest(json, resumed, ofWindows, headers);
  }

  private void requireEvents() throws InvalidQueryException {
    String compression = single("compression");
    if ("true".equals(compression)) {
      throw new InvalidQueryException(
          StreamError.notAcceptable(
              "compression is for the WebSocket only, because events are text"));
    }
    List<String> accepted = Handshake.splitLists(call.headerValues("Accept"));
    if (!accepted.isEmpty() && accepted.stream().noneMatch(StreamQuery::acceptsEvents)) {
      throw new InvalidQueryException(
          StreamError.notAcceptable("Accept must include text/event-stream"));
    }
  }

  /** Returns whether a media range includes events (RFC 9110, section 12.5.1). */
  private static boolean acceptsEvents(String range) {
    String[] parts = range.toLowerCase(Locale.ROOT).replace(" ", "").split(";", -1);
    boolean excluded = false;
    for (String parameter : parts) {
      excluded |= parameter.matches("q=0(\\.0{0,3})?");
    }
    return !excluded && List.of("text/event-stream", "text/*", "*/*", "").contains(parts[0]);
  }

  private void putList(String name, Map<String, Object> data) throws InvalidQueryException {
    List<String> values = call.query().get(name);
    if (values == null) {
      return;
    }
    List<Object> elements = new ArrayList<>();
    if (!values.equals(List.of("")) || !name.equals("group_by")) {
      for (String value : values) {
        for (String element : split(value, ',')) {
          String text = unescape(element);
          elements.add(name.equals("quantiles") ? number(text) : text);
        }
      }
    }
    data.put(name, elements);
  }

  private void putTags(Map<String, Object> data) throws InvalidQueryException {
    Map<String, List<String>> tags = new LinkedHashMap<>();
    for (String value : call.query().getOrDefault("tags", List.of())) {
      for (String tag : split(value, ',')) {
        List<String> parts = split(tag, ':');
        if (parts.size() < 2) {
          throw new InvalidQueryException(
              StreamError.badSubscription("tags must be a list of key:value"));
        }
        String allowed = tag.substring(parts.get(0).length() + 1);
        tags.computeIfAbsent(unescape(parts.get(0)), key -> new ArrayList<>(1))
            .add(unescape(allowed));
      }
    }
    if (!tags.isEmpty()) {
      data.put("tags", tags);
    }
  }

  private void putFlag(String name, Map<String, Object> data) throws InvalidQueryException {
    String value = single(name);
    if (value != null) {
      boolean isFlag = value.equals("true") || value.equals("false");
      data.put(name, isFlag ? (Object) value.equals("true") : value);
    }
  }

  private void putText(String name, Map<String, Object> data) throws InvalidQueryException {
    String value = single(name);
    if (value != null) {
      data.put(name, value);
    }
  }

  /** Puts the start of the stream: the position of an event, positions by channel, or a time. */
  private Map<String, ChannelPosition> putStart(
      Collection<Channel> channels, Map<String, Object> data) throws InvalidQueryException {
    String token = lastEventId();
    List<String> listed = call.query().getOrDefault("positions", List.of());
    if (token == null && listed.isEmpty()) {
      putText("since", data);
      return Map.of();
    }
    Set<String> names = names(channels, data);
    Map<String, ChannelPosition> positions =
        token == null ? listedPositions(listed, names) : positionsOfEvent(token, names);
    Map<String, Object> since = new LinkedHashMap<>();
    positions.forEach(
        (channel, position) ->
            since.put(channel, Map.of("epoch", position.epoch(), "offset", position.since())));
    data.put("since", since);
    return positions;
  }

  private static Map<String, ChannelPosition> positionsOfEvent(String token, Set<String> names)
      throws InvalidQueryException {
    try {
      return PositionToken.decode(token, names);
    } catch (IllegalArgumentException e) {
      throw new InvalidQueryException(
          StreamError.badSubscription(
              "last_event_id must be the id of an event, but is " + e.getMessage()));
    }
  }

  /** Returns the positions of a list of {@code channel:epoch:offset}, of the given channels. */
  private static Map<String, ChannelPosition> listedPositions(
      List<String> listed, Set<String> names) throws InvalidQueryException {
    Map<String, ChannelPosition> positions = new LinkedHashMap<>();
    for (String value : listed) {
      for (String entry : split(value, ',')) {
        List<String> parts = split(entry, ':');
        if (parts.size() != 3 || !OFFSET.matcher(parts.get(2)).matches()) {
          throw new InvalidQueryException(
              StreamError.badSubscription("positions must be a list of channel:epoch:offset"));
        }
        String channel = unescape(parts.get(0));
        if (names.contains(channel)) {
          long offset = Long.parseLong(parts.get(2));
          positions.put(channel, new ChannelPosition(unescape(parts.get(1)), offset));
        }
      }
    }
    return positions;
  }

  /** Returns the requested channels, as far as a stream can have them. */
  private static Set<String> names(Collection<Channel> channels, Map<String, Object> data) {
    Set<String> names = new LinkedHashSet<>();
    for (Object requested : (List<?>) data.getOrDefault("channels", List.of())) {
      String text = (String) requested;
      if (text.endsWith("*")) {
        String prefix = text.substring(0, text.length() - 1);
        channels.stream()
            .map(Channel::name)
            .filter(name -> name.startsWith(prefix))
            .limit(MAX_CHANNELS)
            .forEach(names::add);
      } else {
        names.add(text);
      }
    }
    return names;
  }

  /**
   * Returns the last id. An EventSource without one sends no header; others may send an empty one.
   */
  private @Nullable String lastEventId() throws InvalidQueryException {
    List<String> headers = call.headerValues("Last-Event-ID");
    if (headers.size() > 1) {
      throw repeated("Last-Event-ID");
    }
    String parameter = single("last_event_id");
    String token = headers.isEmpty() || headers.get(0).isEmpty() ? parameter : headers.get(0);
    return token == null || token.isEmpty() ? null : token;
  }

  private @Nullable String single(String name) throws InvalidQueryException {
    List<String> values = call.query().getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw repeated(name);
    }
    return values.isEmpty() ? null : values.get(0);
  }

  private static InvalidQueryException repeated(String name) {
    return new InvalidQueryException(StreamError.badSubscription(name + " must not be repeated"));
  }

  /** Returns a number, or the text if it is none, so that the session rejects it. */
  private static Object number(String text) {
    try {
      return text.length() > 32 ? text : (Object) Double.valueOf(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }

  /** Splits a text at each separator that no backslash precedes; the parts keep their escapes. */
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == separator) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static String unescape(String text) throws InvalidQueryException {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\' && ++i == text.length()) {
        throw new InvalidQueryException(
            StreamError.badSubscription("a list must not end with a backslash"));
      }
      plain.append(text.charAt(i));
    }
    return plain.toString();
  }
}
