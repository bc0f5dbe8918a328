package io.greenlang.metrics.redis;

/** Daemon threads with names. */
final class Threads {

  private Threads() {}

  static Thread start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Waits for a thread's end; one that waits for Redis is interrupted after a while. */
  static void join(Thread thread, long millis) {
    try {
      thread.join(millis);
      if (thread.isAlive()) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever closes is in a hurry
    }
  }
}
