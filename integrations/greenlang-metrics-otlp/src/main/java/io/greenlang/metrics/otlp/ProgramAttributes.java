package io.greenlang.metrics.otlp;

import static io.greenlang.metrics.internal.protobuf.WireReader.lengthKey;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.protobuf.MalformedMessageException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a program that become tags. They are decoded and validated once for all points
 * of the program: a program can repeat an attribute, or send unknown fields, in megabytes that each
 * point of a few bytes would otherwise cost again. Not thread-safe.
 */
final class ProgramAttributes {

  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int TEXT = 1;
  private static final String SCOPE_NAME = "otel.scope.name";

  private final Set<String> names;

  /** Sorted, so that the order in which a program sends its attributes makes no difference. */
  private final Map<String, String> values = new TreeMap<>();

  private Tags tags = Tags.empty();
  private @Nullable String problem;

  /**
   * Creates an empty list.
   *
   * @param names the attributes that become tags
   */
  ProgramAttributes(Set<String> names) {
    this.names = names;
  }

  /** Removes the attributes: those of another program follow. */
  void clear() {
    values.clear();
    tags = Tags.empty();
    problem = null;
  }

  /**
   * Reads an attribute. It is ignored if it becomes no tag, or if no tag can have its value. The
   * last value of a name wins.
   */
  void read(WireReader attribute) throws MalformedMessageException {
    Map<String, String> one = new HashMap<>(1);
    if (Attributes.read(attribute, one) == null && names.containsAll(one.keySet())) {
      values.putAll(one);
    }
  }

  /** Sets the name of the scope as an attribute, in place of the previous scope's. */
  void setScope(String scope) {
    if (scope.isEmpty()) {
      values.remove(SCOPE_NAME);
    } else {
      values.put(SCOPE_NAME, scope);
    }
    complete();
  }

  /** Validates the attributes; all of them were read. */
  void complete() {
    problem = null;
    try {
      tags = Tags.of(values);
    } catch (IllegalArgumentException e) {
      tags = Tags.empty();
      problem = "is invalid: " + e.getMessage();
    }
  }

  /** Returns the reason why no point of the program can be published; null for none. */
  @Nullable String problem() {
    return problem;
  }

  /** Returns the tags of a point that has no attributes, unless there is a {@link #problem}. */
  Tags tags() {
    return tags;
  }

  /** Returns the values by name; read-only. */
  Map<String, String> values() {
    return values;
  }

  /**
   * Returns the tags as messages of Protocol Buffers with their lengths, like the attributes of a
   * point; empty if there is a {@link #problem}. Equal tags have equal bytes, and valid tags limit
   * their number.
   */
  byte[] toByteArray() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    tags.forEach(
        (name, value) -> {
          byte[] attribute = attribute(name, value);
          WireWriter.writeVarint(bytes, attribute.length);
          bytes.writeBytes(attribute);
        });
    return bytes.toByteArray();
  }

  private static byte[] attribute(String name, String value) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    writeText(text, TEXT, value);
    ByteArrayOutputStream attribute = new ByteArrayOutputStream();
    writeText(attribute, KEY, name);
    WireWriter.writeBytes(attribute, lengthKey(VALUE), text.toByteArray());
    return attribute.toByteArray();
  }

  private static void writeText(ByteArrayOutputStream out, int number, String text) {
    WireWriter.writeBytes(out, lengthKey(number), text.getBytes(StandardCharsets.UTF_8));
  }
}
