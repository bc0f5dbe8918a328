package io.greenlang.metrics.internal.config;

import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A setting that is declared once: its names, default, allowed values and parser. Every setting is
 * resolved in the same order: the builder's value, otherwise the system property, otherwise the
 * environment variable, otherwise the default.
 *
 * <p>{@link Options} has the factories. Immutable.
 *
 * @param <T> the type of the value
 */
public final class Option<T> {

  /** How many characters of a rejected value an error message quotes. */
  private static final int MAX_QUOTED = 64;

  /** A parser of a value from the environment; its result is null if the value is malformed. */
  interface Parser<T> extends Function<String, @Nullable T> {}

  /**
   * The values that an option accepts.
   *
   * @param allowed the range in words, which follow "must be" in error messages
   * @param parser reads a value from the environment
   * @param range accepts the values in the range
   */
  record Form<T>(String allowed, Parser<T> parser, Predicate<T> range) {}

  private final @Nullable String variable;
  private final @Nullable String method;
  private final boolean secret;
  private final @Nullable T defaultValue;
  private final Form<T> form;

  private Option(
      @Nullable String variable,
      @Nullable String method,
      boolean secret,
      @Nullable T defaultValue,
      Form<T> form) {
    this.variable = variable;
    this.method = method;
    this.secret = secret;
    this.defaultValue = defaultValue;
    this.form = form;
  }

  /** Returns an option that the environment can set. */
  static <T> Option<T> ofVariable(String name, @Nullable T defaultValue, Form<T> form) {
    return new Option<>(name, null, false, defaultValue, form);
  }

  /** Returns an option that a method of a builder can set, too. */
  public Option<T> setBy(String builderMethod) {
    return new Option<>(variable, builderMethod, secret, defaultValue, form);
  }

  /** Returns an option that only a builder can set; {@link #name} is then the builder's method. */
  public Option<T> builderOnly() {
    return new Option<>(null, name(), secret, defaultValue, form);
  }

  /** Returns an option whose value no error message quotes, because it is or contains a secret. */
  public Option<T> unquoted() {
    return new Option<>(variable, method, true, defaultValue, form);
  }

  /** Returns the name of the variable; of the builder's method, if there is no variable. */
  public String name() {
    return variable != null ? variable : String.valueOf(method);
  }

  /** Returns whether system properties and environment variables can set this option. */
  public boolean isInEnvironment() {
    return variable != null;
  }

  /** Returns the name of the builder's method; null if no builder sets this option. */
  public @Nullable String builderMethod() {
    return method;
  }

  /** Returns the default; null if there is none. */
  public @Nullable T defaultValue() {
    return defaultValue;
  }

  /** Returns the allowed values in words, such as "a whole number from 0 to 65535". */
  public String allowed() {
    return form.allowed;
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
      return checked(configured);
    }
    String text = variable == null ? null : environment.get(variable);
    return text == null ? defaultValue : parsed(text);
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
      throw new IllegalStateException(name() + " is not set; it must be " + allowed());
    }
    return value;
  }

  /**
   * Returns a builder's value if it is in the range.
   *
   * @throws IllegalArgumentException if it is not
   */
  public T checked(T value) {
    if (form.range.test(value)) {
      return value;
    }
    String quoted = quoted(String.valueOf(value));
    throw rejected(
        method == null || variable == null
            ? name() + quoted
            : method + quoted + " (" + variable + ")");
  }

  /**
   * Returns a value that replaces this option's for one part, such as a source, if it is in the
   * range.
   *
   * @param part the part in words, which end the name of the setting in error messages
   * @throws IllegalArgumentException if it is out of range
   */
  public T checkedFor(String part, T value) {
    if (form.range.test(value)) {
      return value;
    }
    String setting = method == null ? name() : method;
    throw rejected(setting + quoted(String.valueOf(value)) + " of " + part);
  }

  private T parsed(String text) {
    T value = form.parser.apply(text);
    if (value == null || !form.range.test(value)) {
      throw rejected(name() + quoted(text));
    }
    return value;
  }

  private String quoted(String value) {
    if (secret) {
      return "";
    }
    return "=" + (value.length() > MAX_QUOTED ? value.substring(0, MAX_QUOTED) + "..." : value);
  }

  private IllegalArgumentException rejected(String setting) {
    return new IllegalArgumentException(setting + " must be " + allowed());
  }
}
