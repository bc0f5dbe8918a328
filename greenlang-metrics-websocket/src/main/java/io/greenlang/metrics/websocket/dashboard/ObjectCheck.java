package io.greenlang.metrics.websocket.dashboard;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The check of an object. It rejects unknown fields, so that a mistyped name is found.
 *
 * @param fields the known fields, in the order of the messages
 */
record ObjectCheck(List<Field> fields) implements Check {

  /**
   * A field of an object.
   *
   * @param missing the remedy if the field is absent; null if it may be
   */
  record Field(String name, Check check, @Nullable String missing) {

    static Field required(String name, Check check, String missing) {
      return new Field(name, check, missing);
    }

    static Field optional(String name, Check check) {
      return new Field(name, check, null);
    }
  }

  static ObjectCheck of(Field... fields) {
    return new ObjectCheck(List.of(fields));
  }

  @Override
  public void require(@Nullable Object value, String path) {
    if (!(value instanceof Map<?, ?> object)) {
      String subject = path.isEmpty() ? "The dashboard" : path;
      throw Check.invalid(subject, value, "Use an object with fields");
    }
    for (Object name : object.keySet()) {
      requireKnown((String) name, object.get(name), path);
    }
    fields.forEach(field -> requireValid(field, object, path));
  }

  private void requireKnown(String name, @Nullable Object value, String path) {
    if (fields.stream().noneMatch(field -> field.name().equals(name))) {
      String quoted = QuotedValue.of(name);
      throw new IllegalArgumentException(
          "The field "
              + pathOf(path, quoted.substring(1, quoted.length() - 1))
              + " with the value "
              + QuotedValue.of(value)
              + " is unknown. Use some of "
              + fields.stream().map(Field::name).collect(Collectors.joining(", "))
              + ".");
    }
  }

  private static void requireValid(Field field, Map<?, ?> object, String path) {
    String fieldPath = pathOf(path, field.name());
    if (object.containsKey(field.name())) {
      field.check().require(object.get(field.name()), fieldPath);
    } else if (field.missing() != null) {
      throw new IllegalArgumentException(fieldPath + " is missing. " + field.missing() + ".");
    }
  }

  private static String pathOf(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
