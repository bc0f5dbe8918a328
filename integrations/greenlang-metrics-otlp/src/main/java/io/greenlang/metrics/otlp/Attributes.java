package io.greenlang.metrics.otlp;

import static io.greenlang.metrics.internal.protobuf.WireReader.fixed64Key;
import static io.greenlang.metrics.internal.protobuf.WireReader.lengthKey;
import static io.greenlang.metrics.internal.protobuf.WireReader.varintKey;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.protobuf.MalformedMessageException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A reader of attributes, which become tags. A number or a boolean becomes its text, and a list of
 * them the texts in brackets. Maps, byte strings and nested lists are not values of metrics'
 * attributes; a point that has one cannot be published.
 */
final class Attributes {

  private static final int KEY = lengthKey(1);
  private static final int VALUE = lengthKey(2);

  private static final int TEXT = lengthKey(1);
  private static final int BOOLEAN = varintKey(2);
  private static final int INTEGER = varintKey(3);
  private static final int NUMBER = fixed64Key(4);
  private static final int LIST = lengthKey(5);
  private static final int MAP = lengthKey(6);
  private static final int BYTES = lengthKey(7);
  private static final int ELEMENTS = lengthKey(1);

  /** The maximum number of distinct keys that a point can have before it is known to be invalid. */
  private static final int MAX_KEYS = 4 * Tags.MAX_TAGS;

  private Attributes() {}

  /**
   * Returns the tags of a point; the last value of a key wins.
   *
   * @param program the attributes of its program
   * @param attributes its own attributes
   * @throws RejectedPointException if they cannot be tags
   */
  static Tags toTags(ProgramAttributes program, WireReader attributes)
      throws MalformedMessageException, RejectedPointException {
    if (!attributes.hasMore()) {
      return program.tags();
    }
    Map<String, String> values = new HashMap<>(program.values());
    String problem = null;
    while (attributes.hasMore()) {
      String found = read(attributes.message(), values);
      problem = found == null ? problem : found;
    }
    if (problem != null) {
      throw new RejectedPointException(problem);
    }
    try {
      return Tags.of(values);
    } catch (IllegalArgumentException e) {
      throw new RejectedPointException("is invalid: " + e.getMessage());
    }
  }

  /**
   * Reads one attribute; the last value of a key wins.
   *
   * @return why the value cannot be a tag; null if it can
   */
  static @Nullable String read(WireReader reader, Map<String, String> attributes)
      throws MalformedMessageException {
    String name = "";
    String value = "";
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == KEY) {
        name = reader.text();
      } else if (key == VALUE) {
        value = readValue(reader.message(), true);
      } else {
        reader.skip(key);
      }
    }
    if (value == null) {
      return "has an attribute whose value is a map, bytes or a nested list";
    }
    if (attributes.size() >= MAX_KEYS) {
      return "has more than " + Tags.MAX_TAGS + " attributes";
    }
    attributes.put(name, value);
    return null;
  }

  /** Returns the text of a value; null if it has none. */
  private static @Nullable String readValue(WireReader reader, boolean mayBeList)
      throws MalformedMessageException {
    String text = "";
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == TEXT) {
        text = reader.text();
      } else if (key == BOOLEAN) {
        text = String.valueOf(reader.varint() != 0);
      } else if (key == INTEGER) {
        text = String.valueOf(reader.varint());
      } else if (key == NUMBER) {
        text = String.valueOf(reader.number());
      } else if (key == LIST && mayBeList) {
        text = readList(reader.message());
      } else {
        text = key == LIST || key == MAP || key == BYTES ? null : text;
        reader.skip(key);
      }
    }
    return text;
  }

  private static @Nullable String readList(WireReader reader) throws MalformedMessageException {
    StringJoiner list = new StringJoiner(",", "[", "]");
    boolean valid = true;
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == ELEMENTS && list.length() <= Tags.MAX_VALUE_LENGTH) {
        String element = readValue(reader.message(), false);
        valid &= element != null;
        list.add(element);
      } else {
        reader.skip(key);
      }
    }
    return valid ? list.toString() : null;
  }
}
