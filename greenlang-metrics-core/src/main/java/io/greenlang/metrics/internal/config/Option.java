package io.greenlang.metrics.internal.config;

import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A setting that is declared once: its name, default, allowed values and parser. Every setting is
 * resolved alike: the builder's value, otherwise the system property, otherwise the environment
 * variable, otherwise the default.
 *
 * <p>{@link Options} has the factories. Immutable.
 *
 * @param <T> the type of the value
 */
public final class Option<T> {

  /** How many characters of a rejected value an error message quotes. */
  private static final int MAX_QUOTED = 64;

  /** Parses a value from the environment; null if it is malformed. */
  interface Parser<T> extends Function<String, @Nullable T> {}

  private final String name;
  private final boolean inEnvironment;
  private final boolean secret;
  private final @Nullable T defaultValue;
  private final String allowed;
  private final Parser<T> parser;
  private final Predicate<T> range;

  Option(
      String name,
      boolean inEnvironment,
      boolean secret,
      @Nullable T defaultValue,
      String allowed,
      Parser<T> parser,
      Predicate<T> range) {
    this.name = name;
    this.inEnvironment = inEnvironment;
    this.secret = secret;
    this.defaultValue = defaultValue;
    this.allowed = allowed;
    this.parser = parser;
    this.range = range;
  }

  /** Returns an option that only a builder can set; {@code name} is then the builder's method. */
  public Option<T> builderOnly() {
    return new Option<>(name, false, secret, defaultValue, allowed, parser, range);
  }

  /** Returns an option whose value no error message quotes, because it is or contains a secret. */
  public Option<T> unquoted() {
    return new Option<>(name, inEnvironment, true, defaultValue, allowed, parser, range);
  }

  /** Returns the name of the variable, or of the builder's method. */
  public String name() {
    return name;
  }

  /** Returns whether system properties and environment variables can set this option. */
  public boolean isInEnvironment() {
    return inEnvironment;
  }

  /** Returns the default; null if there is none. */
  public @Nullable T defaultValue() {
    return defaultValue;
  }

  /** Returns the allowed values in words, such as "a whole number from 0 to 65535". */
  public String allowed() {
    return allowed;
  }

  /**
   * Resolves the option.
   *
   * @param configured the builder's value; null if it was not set
   * @return the value; null only if it is set nowhere and there is no default
   * @throws IllegalArgumentException if the value is malformed or out of range; the message names
   *     the option, its value and the allowed values
   */
  public @Nullable T resolveOptional(@Nullable T configured, Environment environment) {
    if (configured != null) {
      if (!range.test(configured)) {
        throw rejected(String.valueOf(configured));
      }
      return configured;
    }
    String text = inEnvironment ? environment.get(name) : null;
    if (text == null) {
      return defaultValue;
    }
    T value = parser.apply(text);
    if (value == null || !range.test(value)) {
      throw rejected(text);
    }
    return value;
  }

  /**
   * Resolves an option that has a default.
   *
   * @throws IllegalArgumentException as {@link #resolveOptional}
   * @throws IllegalStateException if the option is set nowhere and has no default
   */
  public T resolve(@Nullable T configured, Environment environment) {
    T value = resolveOptional(configured, environment);
    if (value == null) {
      throw new IllegalStateException(name + " is not set; it must be " + allowed);
    }
    return value;
  }

  private IllegalArgumentException rejected(String value) {
    String quoted = value.length() > MAX_QUOTED ? value.substring(0, MAX_QUOTED) + "..." : value;
    return new IllegalArgumentException(
        name + (secret ? "" : "=" + quoted) + " must be " + allowed);
  }
}
