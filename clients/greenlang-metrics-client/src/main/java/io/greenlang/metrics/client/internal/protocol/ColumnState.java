package io.greenlang.metrics.client.internal.protocol;

import static io.greenlang.metrics.client.internal.protocol.FieldReader.malformed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The state of a channel after the messages with columns so far. */
final class ColumnState {

  /** The number of values in a definition without fields. */
  private static final int SHORT_DEFINITION = 3;

  /** A number of a series: its value or one of its fields. */
  static final class Lane {
    double number;
    int mode;
    long mantissa;
  }

  /**
   * A defined series.
   *
   * @param fields the names of the numbers beside the value
   * @param lanes the value, then the fields
   */
  record Series(
      Object name, Object type, Map<String, ?> tags, List<String> fields, List<Lane> lanes) {}

  final List<Series> dictionary = new ArrayList<>();

  /** The timestamp of the first metric of the latest message, in epoch milliseconds. */
  long time;

  /** The difference between the latest two such timestamps. */
  long step;

  /** Adds a series from its definition: name, type, tags and, if there are any, fields. */
  void define(List<?> definition) {
    if (definition.size() < SHORT_DEFINITION) {
      throw malformed("a definition of its series is too short");
    }
    List<String> fields = fields(definition);
    List<Lane> lanes = new ArrayList<>();
    for (int i = 0; i <= fields.size(); i++) {
      lanes.add(new Lane());
    }
    Map<String, ?> tags = FieldReader.map(definition.get(2), "tags");
    dictionary.add(
        new Series(text(definition.get(0)), text(definition.get(1)), tags, fields, lanes));
  }

  private static List<String> fields(List<?> definition) {
    List<String> fields = new ArrayList<>();
    if (definition.size() > SHORT_DEFINITION) {
      for (Object each : FieldReader.list(definition.get(SHORT_DEFINITION), "fields")) {
        fields.add(String.valueOf(each));
      }
    }
    return fields;
  }

  private static Object text(@Nullable Object value) {
    if (value == null) {
      throw malformed("a definition of its series has no text");
    }
    return value;
  }
}
