package io.greenlang.metrics.collectors;

import org.jspecify.annotations.Nullable;

/** Configuration that the operator sets outside the program. */
record Settings(Lookup properties, Lookup environment) {

  /** Finds a value by its name. */
  @FunctionalInterface
  interface Lookup {
    @Nullable String get(String name);
  }

  static Settings ofThisProcess() {
    return new Settings(System::getProperty, System::getenv);
  }
}
