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

  /** Starts an instance and waits until it listens. */
  static BenchInstance start(String redisUrl, int clientsPerSecond) throws IOException {
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
                Integer.toString(clientsPerSecond));
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

  @Override
  public void close() {
    kill();
  }
}
