package io.greenlang.metrics.client.internal.protocol;

import io.greenlang.metrics.codec.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A command of the client, which is written as JSON.
 *
 * @param fields the fields of the message, in their order
 */
public record Command(Map<String, Object> fields) {

  /** The answer to a heartbeat. */
  public static final Command PONG = new Command(Map.of("type", "pong"));

  /** Returns a command that subscribes with these fields of {@code data}. */
  public static Command subscribe(Map<String, Object> data) {
    return of("subscribe", "data", data);
  }

  /** Returns a command that ends subscriptions. */
  public static Command unsubscribe(List<String> channels) {
    return of("unsubscribe", "channels", channels);
  }

  /** Returns a command that requests history with these fields of {@code data}. */
  public static Command history(Map<String, Object> data) {
    return of("get_history", "data", data);
  }

  /** Returns a command that replaces the connection's token. */
  public static Command refreshToken(String token) {
    return of("refresh_token", "data", Map.of("token", token));
  }

  private static Command of(String type, String field, Object value) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", type);
    fields.put(field, value);
    return new Command(fields);
  }

  /** Returns the type of the command. */
  public String type() {
    return String.valueOf(fields.get("type"));
  }

  /** Returns the command with an id, which its answer repeats. */
  public Command withId(String id) {
    Map<String, Object> copy = new LinkedHashMap<>(fields);
    copy.put("id", id);
    return new Command(copy);
  }

  /** Returns the message in JSON. */
  public String toJson() {
    return new String(JsonWriter.write(fields), StandardCharsets.UTF_8);
  }
}
