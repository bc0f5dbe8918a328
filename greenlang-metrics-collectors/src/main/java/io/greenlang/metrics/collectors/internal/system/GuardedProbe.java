package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.collectors.internal.support.FailureLog;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;

/**
 * Probe that isolates failures: if one part of the system cannot be read, only the metrics of that
 * part are missing. The failure is logged at most once per minute. Confined to one thread.
 */
final class GuardedProbe implements Probe {

  private final String name;
  private final Probe probe;
  private final FailureLog failures;

  GuardedProbe(String name, Probe probe, FailureLog failures) {
    this.name = name;
    this.probe = probe;
    this.failures = failures;
  }

  @Override
  public void read(SampleCollector samples) {
    try {
      probe.read(samples);
    } catch (RuntimeException e) {
      failures.log("Failed to read " + name + " (metrics omitted)", e);
    }
  }
}
