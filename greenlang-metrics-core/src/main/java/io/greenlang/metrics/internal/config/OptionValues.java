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

  /** Resolves an option that has a default; see {@link Option#resolve}. */
  public <T> T resolve(Option<T> option, Environment environment) {
    return option.resolve(configured(option), environment);
  }

  /** Resolves an option without a default; see {@link Option#resolveOptional}. */
  public <T> @Nullable T resolveOptional(Option<T> option, Environment environment) {
    return option.resolveOptional(configured(option), environment);
  }

  /** The cast is safe because {@link #set} accepts only the option's type. */
  @SuppressWarnings("unchecked")
  private <T> @Nullable T configured(Option<T> option) {
    return (T) values.get(option);
  }
}
