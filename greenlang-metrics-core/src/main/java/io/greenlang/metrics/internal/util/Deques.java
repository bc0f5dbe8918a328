package io.greenlang.metrics.internal.util;

import java.util.Deque;

/** Additions to deques for which there may be no memory. */
public final class Deques {

  private Deques() {}

  /**
   * Adds an element at the end. If that fails, the deque is as before.
   *
   * <p>{@link java.util.ArrayDeque#addLast} stores the element before it grows. If there is no
   * memory to grow, a full deque appears empty, and the next element overwrites the first one.
   */
  public static <T> void addLast(Deque<T> deque, T element) {
    boolean added = false;
    try {
      deque.addLast(element);
      added = true;
    } finally {
      if (!added && deque.peekLast() == element) {
        deque.pollLast();
      }
    }
  }
}
