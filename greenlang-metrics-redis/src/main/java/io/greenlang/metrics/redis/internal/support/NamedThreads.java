package io.greenlang.metrics.redis.internal.support;

/** Named daemon threads. */
public final class NamedThreads {

  private NamedThreads() {}

  public static Thread start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Waits for a thread to end, and interrupts it after a timeout: it may be waiting for Redis. */
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
}
