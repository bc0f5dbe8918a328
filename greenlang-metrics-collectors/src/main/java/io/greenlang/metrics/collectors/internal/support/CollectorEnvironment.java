package io.greenlang.metrics.collectors.internal.support;

import org.jspecify.annotations.Nullable;

/** Configuration that the operator sets outside the program. */
public record CollectorEnvironment(Lookup properties, Lookup environment) {

  /** Finds a value by its name. */
  @FunctionalInterface
  public interface Lookup {
    @Nullable String get(String name);
  }

  public static CollectorEnvironment system() {
    return new CollectorEnvironment(System::getProperty, System::getenv);
  }
}
