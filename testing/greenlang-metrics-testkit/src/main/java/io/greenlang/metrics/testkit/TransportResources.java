package io.greenlang.metrics.testkit;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** What a process holds that it should give back. */
public final class TransportResources {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private TransportResources() {}

  /** Bytes in use on and off the heap, garbage taken out. */
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

  /** Threads of servers; a hub's own goes with the hub. */
  public static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("greenlang-") && !name.equals("greenlang-hub"))
        .count();
  }

  /** Open files and sockets; 0 where the platform does not tell. */
  public static long descriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  /** Waits until something is so, for a while. */
  public static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(condition);
  }
}
