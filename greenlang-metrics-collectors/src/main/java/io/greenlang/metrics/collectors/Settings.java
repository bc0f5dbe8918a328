package io.greenlang.metrics.collectors;

import org.jspecify.annotations.Nullable;

/**
 * What the operator set outside the program.
 *
 * @param properties looks up a system property, or null
 * @param environment looks up an environment variable, or null
 */
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
