package io.greenlang.metrics.netty.proxy;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A process of a real proxy, with a configuration of {@code docs/how-to} whose ports are replaced.
 */
final class ReverseProxy implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);

  /** The ports that are tried: another process can take a free port before the proxy listens. */
  private static final int ATTEMPTS = 3;

  private static final Path LOG = Path.of("proxy.log");

  private final Process process;
  private final Path log;
  private final int port;
  private final String scheme;

  private ReverseProxy(Process process, Path log, int port, String scheme) {
    this.process = process;
    this.log = log;
    this.port = port;
    this.scheme = scheme;
  }

  /**
   * Starts a proxy, and waits until it forwards requests.
   *
   * @param recipe the configuration, which listens on port 8000 and forwards to the ports 8001 to
   *     8003
   * @param folder receives its files
   * @param serverPort the port that replaces the latter
   * @param health the address without a port whose answer shows that the proxy forwards; with the
   *     scheme {@code wss}, clients use TLS
   */
  static ReverseProxy start(Program program, String recipe, Path folder, int serverPort, URI health)
      throws IOException {
    StringBuilder logs = new StringBuilder();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = freePort();
      Path file =
          Files.writeString(
              folder.resolve("proxy.conf"),
              program.complete(withPorts(recipe, serverPort, port), folder, port));
      Path log = folder.resolve(LOG);
      ReverseProxy proxy =
          new ReverseProxy(program.start(file, log), log, port, health.getScheme());
      if (proxy.awaitForwarding(program, health.getPath())) {
        return proxy;
      }
      logs.append(Files.readString(log));
    }
    throw new AssertionError(program + " ended each time: " + logs);
  }

  /**
   * Waits until the proxy forwards requests.
   *
   * @return false if it has ended instead
   */
  private boolean awaitForwarding(Program program, String health) throws IOException {
    try {
      Awaitility.await(program + " forwards requests")
          .atMost(START)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> !process.isAlive() || forwards(health));
    } catch (RuntimeException e) {
      close();
      throw new AssertionError(program + " does not forward: " + Files.readString(log), e);
    }
    boolean running = process.isAlive();
    if (!running) {
      close();
    }
    return running;
  }

  /** Replaces the ports of a recipe, and omits two of its three instances. */
  private static String withPorts(String recipe, int serverPort, int port) {
    return recipe
        .replaceAll("(?m)^(?!.*:8001).*:800[23].*\n", "")
        .replaceAll(" 127\\.0\\.0\\.1:800[23]", "")
        .replace("127.0.0.1:8001", "127.0.0.1:" + serverPort)
        .replaceAll("\\b8000\\b", String.valueOf(port));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private boolean forwards(String health) {
    try (RawWebSocket client = RawWebSocket.connect(url("/"))) {
      return client.request("GET " + health).status() == 200;
    } catch (UncheckedIOException e) {
      return false; // it does not listen yet
    }
  }

  /** Returns the address of a path on the proxy. */
  URI url(String path) {
    return URI.create(scheme + "://127.0.0.1:" + port + path);
  }

  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }

  /** The programs, with what a recipe needs to run beside others, without root, and in a test. */
  enum Program {
    NGINX("nginx -p FOLDER -c FILE") {
      @Override
      String complete(String recipe, Path folder, int port) {
        String global = "daemon off; pid " + folder.resolve("pid") + "; error_log stderr;\n";
        return recipe.startsWith("load_module")
            ? recipe
                .replaceFirst("\n", "\n" + global)
                .replace(" modules/", " /usr/lib/nginx/modules/")
            : global + recipe;
      }
    },
    HAPROXY("haproxy -db -f FILE") {
      @Override
      String complete(String recipe, Path folder, int port) {
        return recipe.replace("maxconn 65536", "maxconn 1000"); // the descriptors of a container
      }
    },
    APACHE("apache2 -D FOREGROUND -f FILE") {
      @Override
      String complete(String recipe, Path folder, int port) {
        StringBuilder global = new StringBuilder();
        for (String module :
            List.of(
                "mpm_event",
                "authz_core",
                "proxy",
                "proxy_http",
                "ssl",
                "proxy_balancer",
                "lbmethod_bybusyness",
                "slotmem_shm")) {
          global.append(
              "LoadModule %s_module /usr/lib/apache2/modules/mod_%1$s.so\n".formatted(module));
        }
        return global
            + "ServerName test\nServerRoot %1$s\nDefaultRuntimeDir %1$s\nPidFile %1$s/pid\n"
                .formatted(folder)
            + "ErrorLog /dev/stderr\nUser www-data\nGroup www-data\nListen 127.0.0.1:"
            + port
            + "\n"
            + recipe;
      }
    },
    CADDY("caddy run --adapter caddyfile --config FILE") {
      @Override
      String complete(String recipe, Path folder, int port) {
        return "{\n  admin off\n  auto_https off\n}\n" + recipe;
      }
    };

    private final String command;

    Program(String command) {
      this.command = command;
    }

    /** Returns a recipe with the settings of a test. */
    abstract String complete(String recipe, Path folder, int port);

    private Process start(Path file, Path log) throws IOException {
      String program = command.substring(0, command.indexOf(' '));
      Path inSbin = Path.of("/usr/sbin", program); // which a user's PATH may omit
      List<String> line =
          Stream.of(command.split(" ", -1))
              .map(word -> word.equals(program) && Files.exists(inSbin) ? inSbin.toString() : word)
              .map(word -> word.replace("FILE", file.toString()))
              .map(word -> word.replace("FOLDER", file.resolveSibling("").toString()))
              .toList();
      ProcessBuilder builder =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().put("HOME", file.resolveSibling("").toString());
      try {
        return builder.start();
      } catch (IOException e) {
        throw new IllegalStateException(
            program + " is not in PATH: scripts/install-test-tools installs it", e);
      }
    }
  }
}
