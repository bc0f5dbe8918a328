package io.greenlang.metrics.testkit.security;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path without a server, for comparison with that of a {@link Witness}. It has as many threads in
 * a row: one sends the time at the rate of the publisher, one forwards it, and one receives it.
 * They use sockets on loopback. Its latency is that of this machine and this JVM under the load of
 * an attack: the processor time and the garbage collections that the attackers cost.
 */
final class ControlPath implements AutoCloseable {

  private final long periodNanos;
  private final LatencyRecorder latencies = new LatencyRecorder();
  private final List<Socket> sockets = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile @Nullable IOException failure;
  private volatile boolean closed;

  private ControlPath(Duration period) {
    this.periodNanos = period.toNanos();
  }

  /** Starts the threads. */
  static ControlPath start(Duration period) {
    ControlPath path = new ControlPath(period);
    try (ServerSocket listening = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
      DataOutputStream toRelay = path.output(listening);
      DataInputStream atRelay = path.input(listening);
      DataOutputStream toReceiver = path.output(listening);
      DataInputStream atReceiver = path.input(listening);
      path.run("control-receiver", () -> path.receive(atReceiver));
      path.run("control-relay", () -> relay(atRelay, toReceiver));
      path.run("control-sender", () -> path.send(toRelay));
    } catch (IOException e) {
      path.close();
      throw new UncheckedIOException(e);
    }
    return path;
  }

  private DataOutputStream output(ServerSocket listening) throws IOException {
    Socket socket = new Socket(listening.getInetAddress(), listening.getLocalPort());
    sockets.add(socket);
    socket.setTcpNoDelay(true);
    return new DataOutputStream(socket.getOutputStream());
  }

  private DataInputStream input(ServerSocket listening) throws IOException {
    Socket socket = listening.accept();
    sockets.add(socket);
    return new DataInputStream(socket.getInputStream());
  }

  /** The work of a thread, which ends with an exception when a socket is closed. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private void run(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                if (!closed) {
                  failure = e;
                }
              }
            },
            name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void send(DataOutputStream out) throws IOException {
    Pace pace = new Pace(periodNanos);
    for (pace.awaitNext(); !closed; pace.awaitNext()) {
      out.writeLong(System.nanoTime());
    }
  }

  private static void relay(DataInputStream in, DataOutputStream out) throws IOException {
    while (true) {
      out.writeLong(in.readLong());
    }
  }

  private void receive(DataInputStream in) throws IOException {
    while (true) {
      long sentNanos = in.readLong();
      latencies.add((System.nanoTime() - sentNanos) / 1e6);
    }
  }

  /** Starts a measurement. */
  void startMeasurement() {
    latencies.start();
  }

  /** Returns the 99th percentile of the latency since the start of the measurement. */
  double p99Millis() {
    IOException thrown = failure;
    if (thrown != null) {
      throw new UncheckedIOException("the control path failed", thrown);
    }
    return latencies.p99Millis();
  }

  /** Stops the threads. */
  @Override
  public void close() {
    closed = true;
    try {
      for (Socket socket : sockets) {
        socket.close();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
