package io.greenlang.metrics.internal.history;

/** A visitor of stored windows. */
@FunctionalInterface
interface WindowVisitor {

  /**
   * Visits one window.
   *
   * @param startMillis the start of the window, in epoch milliseconds
   * @param packed the packed aggregate
   */
  void visit(long startMillis, byte[] packed);
}
