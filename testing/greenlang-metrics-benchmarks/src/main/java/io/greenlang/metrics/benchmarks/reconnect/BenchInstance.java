package io.greenlang.metrics.benchmarks.reconnect;

import io.greenlang.metrics.benchmarks.fanout.BenchServer;
import io.greenlang.metrics.benchmarks.fanout.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Process that runs a {@link BenchServer}, as one of several instances that share a Redis. */
final class BenchInstance implements AutoCloseable {

  private final Process process;
  private final InetSocketAddress address;

  private BenchInstance(Process process, InetSocketAddress address) {
    this.process = process;
    this.address = address;
  }

  /** Starts an instance and waits until it listens. */
  static BenchInstance start(String redisUrl, int clientsPerSecond) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
    Process process =
        new ProcessBuilder(command(redisUrl, clientsPerSecond, address.getPort()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BenchInstance instance = new BenchInstance(process, address);
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    if (line == null || !line.startsWith("listening")) {
      instance.close();
      throw new IOException("an instance did not start: " + line);
    }
    return instance;
  }

  private static List<String> command(String redisUrl, int clientsPerSecond, int port) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx512m",
        "-cp",
        System.getProperty("java.class.path"),
        BenchServer.class.getName(),
        "--port",
        Integer.toString(port),
        "--rate",
        "0",
        "--redis",
        redisUrl,
        "--per-second",
        Integer.toString(clientsPerSecond));
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
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
  }
}
