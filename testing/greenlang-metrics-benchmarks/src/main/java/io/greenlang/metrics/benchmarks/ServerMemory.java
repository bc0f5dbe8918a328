package io.greenlang.metrics.benchmarks;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a server keeps: its heap after a collection, and its direct buffers. Resident memory alone
 * does not tell, since a JVM's heap grows by as much garbage as it is allowed to.
 *
 * @param heapBytes in use after a full collection
 * @param directBytes in direct buffers
 */
record ServerMemory(long heapBytes, long directBytes) {

  /** Collects, then looks. */
  static ServerMemory now() {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    // Depending on the JDK, Netty's buffers are in the JVM's count, or only in its own, or in both.
    return new ServerMemory(heap, Math.max(direct, PlatformDependent.usedDirectMemory()));
  }

  /** For the script, which puts it behind the result's line. */
  String toText() {
    return "heap_kb=" + heapBytes / 1024 + " direct_kb=" + directBytes / 1024;
  }
}
