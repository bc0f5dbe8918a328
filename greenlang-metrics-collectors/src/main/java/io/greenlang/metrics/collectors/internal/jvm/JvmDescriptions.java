package io.greenlang.metrics.collectors.internal.jvm;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.collectors.internal.support.DescriptionTable;
import java.util.List;

/** The units and descriptions of the JVM's metrics. */
public final class JvmDescriptions {

  private static final String JVM =
      """
      memory.heap.used By Heap in use
      memory.heap.committed By Heap that the JVM has reserved
      memory.heap.max By Limit of the heap
      memory.heap.percent % Heap in use, of its limit
      memory.nonheap.used By Memory outside the heap in use
      memory.nonheap.committed By Memory outside the heap that the JVM has reserved
      memory.nonheap.max By Limit of the memory outside the heap
      memory.pool.used By Memory of a pool in use
      memory.pool.committed By Memory that the JVM has reserved for a pool
      memory.pool.max By Limit of a pool
      gc.count {collection} Garbage collections
      gc.seconds s Time of garbage collections
      gc.pause ms Pauses for garbage collections
      threads.count {thread} Live threads
      threads.daemon {thread} Live daemon threads
      threads.peak {thread} Highest number of live threads
      threads.started {thread} Threads that were started
      classes.count {class} Loaded classes
      classes.loaded {class} Classes that were loaded
      classes.unloaded {class} Classes that were unloaded
      buffers.count {buffer} Buffers outside the heap
      buffers.used By Memory of buffers outside the heap
      buffers.capacity By Capacity of buffers outside the heap
      cpu.percent % Use of one processor by the JVM
      cpu.seconds s CPU time of the JVM
      uptime s Time since the JVM started
      """;

  private static final String THREADS = "threads.by_state {thread} Live threads by state";

  private JvmDescriptions() {}

  /** Returns the descriptions of the metrics of the JVM, except those of thread states. */
  public static List<MetricDescription> ofJvm(Channel channel) {
    return DescriptionTable.parse(channel, JVM);
  }

  /** Returns the descriptions of the metrics of thread states. */
  static List<MetricDescription> ofThreadStates(Channel channel) {
    return DescriptionTable.parse(channel, THREADS);
  }
}
