package io.greenlang.metrics.internal.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The values that a builder has been given, by their options. Not thread-safe. */
public final class OptionValues {

  private final Map<Option<?>, Object> values = new HashMap<>();

  /** Sets the value of an option. Its range is checked when it is resolved. */
  public <T> void set(Option<T> option, T value) {
    values.put(option, Objects.requireNonNull(value, option.name()));
  }

  /** Returns the value that the builder has been given; null if there is none. */
  @SuppressWarnings("unchecked") // set accepts only values of the option's type
  public <T> @Nullable T get(Option<T> option) {
    return (T) values.get(option);
  }

  /** Resolves an option that has a default; see {@link Option#resolve}. */
  public <T> T resolve(Option<T> option, Environment environment) {
    return option.resolve(get(option), environment);
  }

  /** Resolves an option without a default; see {@link Option#resolveOptional}. */
  public <T> @Nullable T resolveOptional(Option<T> option, Environment environment) {
    return option.resolveOptional(get(option), environment);
  }
}
