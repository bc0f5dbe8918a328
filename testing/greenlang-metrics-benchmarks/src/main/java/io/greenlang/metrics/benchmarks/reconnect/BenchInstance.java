package io.greenlang.metrics.benchmarks.reconnect;

import io.greenlang.metrics.benchmarks.fanout.BenchServer;
import io.greenlang.metrics.benchmarks.fanout.ServerProcess;
import io.greenlang.metrics.testkit.JavaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Process that runs a {@link BenchServer}, as one of several instances that share a Redis. */
final class BenchInstance implements AutoCloseable {

  private final JavaProcess process;
  private final InetSocketAddress address;

  private BenchInstance(JavaProcess process, InetSocketAddress address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts an instance and waits until it listens.
   *
   * @param clientsPerSecond the connections that it accepts per second; 0 for no limit
   * @param drainSeconds the time over which {@link #restart} closes its clients
   */
  static BenchInstance start(String redisUrl, int clientsPerSecond, int drainSeconds)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
    JavaProcess process =
        JavaProcess.builder(BenchServer.class)
            .options("-Xmx512m")
            .start(
                "--port",
                Integer.toString(address.getPort()),
                "--rate",
                "0",
                "--redis",
                redisUrl,
                "--per-second",
                Integer.toString(clientsPerSecond),
                "--drain",
                Integer.toString(drainSeconds));
    String line = process.nextLine();
    if (!line.startsWith("listening")) {
      process.close();
      throw new IOException("an instance did not start: " + line);
    }
    return new BenchInstance(process, address);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  InetSocketAddress address() {
    return address;
  }

  /** Returns the process as seen from outside, to measure its cost. */
  ServerProcess process() {
    return new ServerProcess(process.pid());
  }

  /** Kills the instance as a crash would: clients and the other instance are not notified. */
  void kill() {
    process.close();
  }

  /** Begins to close all clients for a restart, as for a new version of the application. */
  void restart() {
    process.tell("restart");
  }

  @Override
  public void close() {
    kill();
  }
}
