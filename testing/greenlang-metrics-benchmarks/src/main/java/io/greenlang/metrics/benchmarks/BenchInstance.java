package io.greenlang.metrics.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A {@link BenchServer} in a process of its own, one of several on a Redis. */
final class BenchInstance implements AutoCloseable {

  private final Process process;
  private final InetSocketAddress address;

  private BenchInstance(Process process, InetSocketAddress address) {
    this.process = process;
    this.address = address;
  }

  /** Starts one, and returns when it listens. */
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

  /** What it costs, seen from outside. */
  ServerProcess process() {
    return new ServerProcess(process.pid());
  }

  /** Ends it as a crash does: nobody is told anything. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
  }
}
