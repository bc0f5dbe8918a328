package io.greenlang.metrics.testkit;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** The resources of the process that a server must release: memory, threads, file descriptors. */
public final class TransportResources {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private TransportResources() {}

  /** Returns the bytes in use on the heap and in direct buffers, after garbage collection. */
  public static long memory() {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      long direct =
          ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
              .mapToLong(BufferPoolMXBean::getMemoryUsed)
              .sum();
      long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      used = Math.min(used, heap + direct);
    }
    return used;
  }

  /** Returns the number of server threads; the hub's own thread is not counted. */
  public static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("greenlang-") && !name.equals("greenlang-hub"))
        .count();
  }

  /** Returns the number of open files and sockets; 0 if the platform does not report it. */
  public static long descriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  /** Waits until the condition holds; fails after 20 s. */
  public static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(10)).until(condition);
  }
}
