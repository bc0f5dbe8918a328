package io.greenlang.metrics.websocket.dashboard;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A value of a dashboard in an error: its JSON, cut to a length that a log can show. */
final class QuotedValue {

  private static final int MAX_LENGTH = 60;

  private QuotedValue() {}

  static String of(@Nullable Object value) {
    String json = json(value);
    return json.length() > MAX_LENGTH ? json.substring(0, MAX_LENGTH) + "…" : json;
  }

  private static String json(@Nullable Object value) {
    if (value instanceof String text) {
      return quote(text);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(QuotedValue::json).collect(Collectors.joining(",", "[", "]"));
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> quote(String.valueOf(entry.getKey())) + ":" + json(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    return String.valueOf(value);
  }

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .forEach(
            each -> {
              if (each == '"' || each == '\\') {
                quoted.append('\\').append((char) each);
              } else if (each < ' ') { // a line break would forge a line of the log
                quoted.append(String.format(Locale.ROOT, "\\u%04x", each));
              } else {
                quoted.append((char) each);
              }
            });
    return quoted.append('"').toString();
  }
}
