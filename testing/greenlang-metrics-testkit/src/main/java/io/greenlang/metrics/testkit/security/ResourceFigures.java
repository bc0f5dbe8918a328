package io.greenlang.metrics.testkit.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * The resources of this process: a server, and in a test the attackers too.
 *
 * @param heapMiB the heap in use after a garbage collection
 * @param directMiB the memory of direct buffers
 * @param descriptors the open files and sockets
 * @param threads the threads of the JVM
 */
public record ResourceFigures(double heapMiB, double directMiB, long descriptors, int threads) {

  private static final double MEBIBYTE = 1 << 20;

  /** The memory that may remain after an attack: compiled code, caches, and bounded pools. */
  private static final double MAX_MEMORY_MIB = 50;

  private static final long MAX_DESCRIPTORS = 20;
  private static final int MAX_THREADS = 10;

  /** Collects the garbage and returns the figures. */
  public static ResourceFigures measure() {
    double used = ResourceUsage.usedMemoryBytes();
    double direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return new ResourceFigures(
        Math.max(0, used - direct) / MEBIBYTE,
        direct / MEBIBYTE,
        ResourceUsage.openDescriptors(),
        ManagementFactory.getThreadMXBean().getThreadCount());
  }

  /** Verifies that at most {@code mebibytes} more memory is in use than before. */
  public void assertMemoryWithin(ResourceFigures before, double mebibytes) {
    assertThat(heapMiB + directMiB)
        .as("MiB of heap and direct memory; before: %s", before)
        .isLessThanOrEqualTo(before.heapMiB + before.directMiB + mebibytes);
  }

  /** Returns whether the process now has about as many open files and sockets as before. */
  boolean descriptorsAreReleased() {
    return ResourceUsage.openDescriptors() <= descriptors + MAX_DESCRIPTORS;
  }

  /** Returns whether the process now has about as many threads as before. */
  boolean threadsAreReleased() {
    return ManagementFactory.getThreadMXBean().getThreadCount() <= threads + MAX_THREADS;
  }

  /** Verifies that an attack has left neither memory nor threads behind. */
  public void assertReleased(ResourceFigures before) {
    assertMemoryWithin(before, MAX_MEMORY_MIB);
    assertThat(threads).as("threads").isLessThanOrEqualTo(before.threads + MAX_THREADS);
  }

  /** Returns the figures as the cells of a table. */
  String cells() {
    return String.format(
        Locale.ROOT, "%.0f | %.0f | %d | %d", heapMiB, directMiB, descriptors, threads);
  }
}
