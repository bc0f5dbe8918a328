package io.greenlang.metrics.websocket.internal.server;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The values that the application did not set in the builder. System properties take precedence
 * over environment variables of the same name; the default applies otherwise.
 */
public final class ServerEnvironment {

  private final UnaryOperator<@Nullable String> lookup;

  public ServerEnvironment(UnaryOperator<@Nullable String> lookup) {
    this.lookup = lookup;
  }

  /** Returns the settings of this process. */
  public static ServerEnvironment ofProcess() {
    return new ServerEnvironment(
        name -> {
          String property = System.getProperty(name);
          return property == null || property.isBlank() ? System.getenv(name) : property;
        });
  }

  @Nullable
  public String text(String name) {
    String value = lookup.apply(name);
    return value == null || value.isBlank() ? null : value.trim();
  }

  /** Returns a secret without trimming it, because token issuers do not trim it either. */
  @Nullable
  public String secret(String name) {
    String value = lookup.apply(name);
    return value == null || value.isEmpty() ? null : value;
  }

  public String text(String name, String defaultValue) {
    String value = text(name);
    return value == null ? defaultValue : value;
  }

  /**
   * Returns an integer setting.
   *
   * @throws IllegalArgumentException if the value is malformed or out of range; the message names
   *     the variable, the value and the allowed range
   */
  public int number(String name, int defaultValue, int min, int max) {
    String value = text(name);
    if (value == null) {
      return defaultValue;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // reported below, together with numbers out of range
    }
    throw new IllegalArgumentException(
        name + "=" + value + " must be a whole number from " + min + " to " + max);
  }

  /** Returns the elements of a comma-separated list; empty if the variable is not set. */
  public List<String> list(String name) {
    String value = text(name);
    return value == null
        ? List.of()
        : Arrays.stream(value.split(",", -1)).map(String::trim).filter(p -> !p.isEmpty()).toList();
  }
}
