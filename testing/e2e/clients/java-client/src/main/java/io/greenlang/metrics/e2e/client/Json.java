package io.greenlang.metrics.e2e.client;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** A writer of JSON. The module requires only the Java client, and the JDK has none. */
final class Json {

  private Json() {}

  /**
   * Returns maps, collections, finite numbers and booleans as JSON, and the text of other values.
   */
  static String of(Object value) {
    if (value instanceof Map<?, ?> fields) {
      return fields.entrySet().stream()
          .map(field -> quote(field.getKey()) + ":" + of(field.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (value instanceof Collection<?> elements) {
      return elements.stream().map(Json::of).collect(Collectors.joining(",", "[", "]"));
    }
    return value instanceof Number || value instanceof Boolean ? value.toString() : quote(value);
  }

  private static String quote(Object text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char each : text.toString().toCharArray()) {
      if (each == '"' || each == '\\' || each < ' ') {
        quoted.append(String.format("\\u%04x", (int) each));
      } else {
        quoted.append(each);
      }
    }
    return quoted.append('"').toString();
  }
}
