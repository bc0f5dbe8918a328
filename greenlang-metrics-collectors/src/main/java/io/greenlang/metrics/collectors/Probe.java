package io.greenlang.metrics.collectors;

/** Reader of one part of the system, such as memory. Confined to one thread. */
@FunctionalInterface
interface Probe {

  /** Adds the current values to {@code samples} and omits those that cannot be read. */
  void read(Readings samples);
}
