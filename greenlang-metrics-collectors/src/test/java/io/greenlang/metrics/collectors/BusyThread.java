package io.greenlang.metrics.collectors;

/** Thread that keeps a processor busy until it is closed. */
final class BusyThread implements AutoCloseable {

  private volatile boolean running;
  private volatile boolean done;

  BusyThread() {
    Thread thread =
        new Thread(
            () -> {
              running = true;
              while (!done) {
                Thread.onSpinWait();
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  boolean isRunning() {
    return running;
  }

  @Override
  public void close() {
    done = true;
  }
}
