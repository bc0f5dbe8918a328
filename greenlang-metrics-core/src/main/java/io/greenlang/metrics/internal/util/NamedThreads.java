package io.greenlang.metrics.internal.util;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Named daemon threads, which do not keep the application alive. They inherit no thread locals:
 * they outlive the request of the application that happens to start them. They inherit the context
 * class loader of the creating thread, because the library calls the application on these threads.
 */
public final class NamedThreads {

  private NamedThreads() {}

  /** Returns a factory of daemon threads that all have the same name. */
  public static ThreadFactory single(String name) {
    return task -> create(name, task);
  }

  /** Returns a factory of daemon threads named by a prefix and a number from 1. */
  public static ThreadFactory numbered(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return task -> create(prefix + number.incrementAndGet(), task);
  }

  /** Starts a daemon thread. */
  public static Thread start(String name, Runnable task) {
    Thread thread = create(name, task);
    thread.start();
    return thread;
  }

  /** Waits for a thread to end, and interrupts it after a timeout: it may be blocked on I/O. */
  public static void join(Thread thread, long timeoutMillis) {
    try {
      thread.join(timeoutMillis);
      if (thread.isAlive()) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the caller does not want to wait
    }
  }

  /** Creates a daemon thread, which is not started. */
  public static Thread create(String name, Runnable task) {
    Thread thread = new Thread(null, task, name, 0, false);
    // JDKs with virtual threads set the system class loader if thread locals are not inherited. In
    // a web application, or an executable jar of Spring Boot, it does not find the classes.
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    thread.setDaemon(true);
    return thread;
  }
}
