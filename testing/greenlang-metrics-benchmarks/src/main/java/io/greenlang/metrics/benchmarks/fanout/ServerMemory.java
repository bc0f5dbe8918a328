package io.greenlang.metrics.benchmarks.fanout;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * Memory retained by a server: its heap after a garbage collection, and its direct buffers.
 * Resident memory alone is not enough, since a JVM's heap grows with garbage up to its limit.
 *
 * @param heapBytes heap in use after a full collection
 * @param directBytes memory of direct buffers
 */
public record ServerMemory(long heapBytes, long directBytes) {

  /** Runs a full garbage collection and returns the memory in use. */
  public static ServerMemory measure() {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    // Depending on the JDK, Netty's buffers are counted by the JVM, by Netty itself, or by both.
    return new ServerMemory(heap, Math.max(direct, PlatformDependent.usedDirectMemory()));
  }

  /** Returns the figures in the form that the script appends to the result line. */
  String toText() {
    return "heap_kb=" + heapBytes / 1024 + " direct_kb=" + directBytes / 1024;
  }
}
