package io.greenlang.metrics.internal.config;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The values that an operator sets outside the program. A system property takes precedence over the
 * environment variable of the same name. A blank value counts as not set. Immutable.
 */
public final class Environment {

  private final UnaryOperator<@Nullable String> properties;
  private final UnaryOperator<@Nullable String> variables;

  private Environment(
      UnaryOperator<@Nullable String> properties, UnaryOperator<@Nullable String> variables) {
    this.properties = properties;
    this.variables = variables;
  }

  /** Returns the system properties and environment variables of this process. */
  public static Environment process() {
    return new Environment(System::getProperty, System::getenv);
  }

  /** Returns an environment of these values only. */
  public static Environment of(Map<String, String> values) {
    return of(Map.of(), values);
  }

  /** Returns an environment of these system properties and environment variables only. */
  public static Environment of(Map<String, String> properties, Map<String, String> variables) {
    Map<String, String> fixedProperties = Map.copyOf(properties);
    Map<String, String> fixedVariables = Map.copyOf(variables);
    return new Environment(fixedProperties::get, fixedVariables::get);
  }

  /** Returns the value of a variable as it was set; null if it is not set or blank. */
  public @Nullable String get(String name) {
    String property = properties.apply(name);
    String value = property == null || property.isBlank() ? variables.apply(name) : property;
    return value == null || value.isBlank() ? null : value;
  }
}
