package io.greenlang.metrics.testkit.security;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Well-behaved clients that connect one after another while a server is attacked. Each one
 * subscribes and leaves. They use a separate thread.
 */
public final class NewClients implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final URI url;
  private final Thread thread = new Thread(this::run, "new-clients");
  private final LatencyRecorder latencies = new LatencyRecorder();
  private volatile long failures;
  private volatile boolean closed;

  private NewClients(URI url) {
    this.url = url;
  }

  /** Starts connecting. */
  public static NewClients start(URI url) {
    NewClients clients = new NewClients(url);
    clients.thread.setDaemon(true);
    clients.thread.start();
    return clients;
  }

  /** Starts a measurement. */
  public void startMeasurement() {
    latencies.start();
  }

  /** Returns the longest time until a client was subscribed, since the start of the measurement. */
  public double maxMillis() {
    return latencies.maxMillis();
  }

  /** Returns the number of clients that were not subscribed, since the start. */
  public long failures() {
    return failures;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written by this thread only
  private void run() {
    while (!closed) {
      long startNanos = System.nanoTime();
      try (RawWebSocket client = RawWebSocket.open(url)) {
        client.ask(Witness.SUBSCRIBE, "subscribed");
        latencies.add((System.nanoTime() - startNanos) / 1e6);
      } catch (UncheckedIOException | AssertionError e) {
        failures++; // the caller decides how many are acceptable
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Stops after the current client. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
