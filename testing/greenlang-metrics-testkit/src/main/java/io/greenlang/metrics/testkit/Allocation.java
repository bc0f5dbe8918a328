package io.greenlang.metrics.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** The number of heap bytes that the current thread has allocated. */
final class Allocation {

  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean(); // HotSpot's, present in every OpenJDK

  private Allocation() {}

  static long allocatedBytes() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
