package io.greenlang.metrics.collectors;

/**
 * Keeps a part of the system that cannot be read from costing the parts that can: its metrics are
 * left out, and the log says so at most once a minute. One thread.
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
  public void read(Readings readings) {
    try {
      probe.read(readings);
    } catch (RuntimeException e) {
      failures.log("reading " + name + " failed, so those metrics are missing", e);
    }
  }
}
