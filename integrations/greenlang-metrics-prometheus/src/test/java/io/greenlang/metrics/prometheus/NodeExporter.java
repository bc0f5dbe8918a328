package io.greenlang.metrics.prometheus;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A node exporter of Debian on a free port of the loopback. */
final class NodeExporter implements AutoCloseable {

  private final Process process;
  private final URI uri;

  NodeExporter() throws IOException {
    int port = freePort();
    uri = URI.create("http://127.0.0.1:" + port + "/metrics");
    process =
        new ProcessBuilder(
                tool("prometheus-node-exporter", "prometheus-node-exporter"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
  }

  /** Returns a port of the loopback on which no program listens. */
  static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /** Returns the path of a program; fails with the package that has it. */
  static String tool(String name, String debianPackage) {
    return Stream.of("/usr/bin", "/usr/local/bin", "/usr/sbin")
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "this test needs the program "
                        + name
                        + ": run scripts/install-test-tools, or install the Debian package "
                        + debianPackage));
  }

  URI uri() {
    return uri;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    stop(process);
  }

  /** Kills a program and waits for its end. */
  static void stop(Process program) {
    program.destroyForcibly();
    try {
      if (!program.waitFor(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the program did not stop: " + program.info());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
