package io.greenlang.metrics.benchmarks.endurance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real {@code redis-server} on a free port of loopback, which can be stopped and started again
 * with its data. Confined to one thread.
 */
final class RedisProcess implements AutoCloseable {

  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long POLL_NANOS = 20_000_000;

  private final Path directory = Files.createTempDirectory("greenlang-soak-redis-");
  private final InetSocketAddress address;
  private @Nullable Process process;

  RedisProcess() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    }
    start();
  }

  String url() {
    return "redis://127.0.0.1:" + address.getPort();
  }

  /** Starts it with the data that it had, and returns when it accepts connections. */
  void start() throws IOException {
    Process started =
        new ProcessBuilder(
                "redis-server",
                "--port",
                Integer.toString(address.getPort()),
                "--bind",
                "127.0.0.1",
                "--dir",
                directory.toString(),
                "--save",
                "86400 1",
                "--rdbcompression",
                "no")
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start();
    process = started;
    long deadline = System.nanoTime() + TIMEOUT_NANOS;
    while (!accepts()) {
      if (!started.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("redis-server did not start: " + Files.readString(log()));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /**
   * Ends it, which saves its data and closes its connections; does nothing if it is not running.
   */
  void stop() {
    Process running = process;
    if (running != null) {
      running.destroy();
      running.onExit().join();
      process = null;
    }
  }

  private Path log() {
    return directory.resolve("log");
  }

  private boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(address, 1_000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    stop();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
