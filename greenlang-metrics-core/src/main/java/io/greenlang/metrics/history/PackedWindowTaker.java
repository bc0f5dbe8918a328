package io.greenlang.metrics.history;

/** Takes closed windows as they are kept. */
@FunctionalInterface
interface PackedWindowTaker {

  /** Takes what was packed of the window that starts there, in milliseconds since 1970. */
  void take(long startMillis, byte[] packed);
}
