package io.greenlang.metrics.collectors;

/** One part of the system source, such as memory. One thread. */
@FunctionalInterface
interface Probe {

  /** Adds what can be read now to {@code readings}, and leaves out what cannot. */
  void read(Readings readings);
}
