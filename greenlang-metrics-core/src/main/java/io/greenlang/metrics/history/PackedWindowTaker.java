package io.greenlang.metrics.history;

/** A visitor of stored windows. */
@FunctionalInterface
interface PackedWindowTaker {

  /**
   * Visits one window.
   *
   * @param startMillis the start of the window, in epoch milliseconds
   * @param packed the packed aggregate
   */
  void take(long startMillis, byte[] packed);
}
