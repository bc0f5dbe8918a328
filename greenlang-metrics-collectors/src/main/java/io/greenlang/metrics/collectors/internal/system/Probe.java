package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.collectors.internal.support.SampleCollector;

/** Reader of one part of the system, such as memory. Confined to one thread. */
@FunctionalInterface
public interface Probe {

  /** Adds the current values to {@code samples} and omits those that cannot be read. */
  void read(SampleCollector samples);
}
