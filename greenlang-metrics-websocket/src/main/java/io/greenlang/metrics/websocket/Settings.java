package io.greenlang.metrics.websocket;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the host did not set in the builder: from the environment, from system properties of the
 * same name, which win, or else the default.
 */
final class Settings {

  private final UnaryOperator<@Nullable String> lookup;

  Settings(UnaryOperator<@Nullable String> lookup) {
    this.lookup = lookup;
  }

  /** Those of this process. */
  static Settings ofProcess() {
    return new Settings(
        name -> {
          String property = System.getProperty(name);
          return property == null || property.isBlank() ? System.getenv(name) : property;
        });
  }

  @Nullable String text(String name) {
    String value = lookup.apply(name);
    return value == null || value.isBlank() ? null : value.trim();
  }

  /** A secret: to the letter, because whoever signs with it does not trim it either. */
  @Nullable String secret(String name) {
    String value = lookup.apply(name);
    return value == null || value.isEmpty() ? null : value;
  }

  String text(String name, String otherwise) {
    String value = text(name);
    return value == null ? otherwise : value;
  }

  /**
   * A whole number.
   *
   * @throws IllegalArgumentException naming the variable, the value and what is allowed
   */
  int number(String name, int otherwise, int min, int max) {
    String value = text(name);
    if (value == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, together with numbers out of range
    }
    throw new IllegalArgumentException(
        name + "=" + value + " must be a whole number from " + min + " to " + max);
  }

  /** The parts of a list that is separated by commas; empty if there is none. */
  List<String> list(String name) {
    String value = text(name);
    return value == null
        ? List.of()
        : Arrays.stream(value.split(",", -1)).map(String::trim).filter(p -> !p.isEmpty()).toList();
  }
}
