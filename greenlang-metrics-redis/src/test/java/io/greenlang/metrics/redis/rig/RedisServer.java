package io.greenlang.metrics.redis.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A real {@code redis-server} on a free port of loopback, with its files in a temporary directory.
 *
 * <p>Acknowledged writes survive {@link #kill}. The server appends each command to a file without
 * syncing it, so the data outlives the process, though not the machine. Options such as {@code
 * --appendonly no} come later on the command line, so they take precedence. Only {@link #command}
 * is thread-safe.
 */
public final class RedisServer implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 5;

  /** The value of an option that {@link #start} replaces by a free port. */
  public static final String FREE_PORT = "a free port";

  private String program;
  private final Path directory = ProcessGuard.newDirectory();
  private final List<String> options;
  private final @Nullable String password;
  private int port;
  private @Nullable Process process;

  private RedisServer(String program, List<String> options, @Nullable String password) {
    this.program = program;
    this.options = options;
    this.password = password;
  }

  /**
   * Starts a server, and returns when it replies.
   *
   * @param options as on the command line, such as {@code "--maxmemory", "10mb"}
   * @throws IllegalStateException if it does not start; the message gives the reason, or the
   *     program to install
   */
  public static RedisServer start(String... options) {
    return start("redis-server", withDefaults(options), password(options));
  }

  /** Starts a server of another version than the installed one. */
  public static RedisServer start(RedisVersion version, String... options) {
    return start(version.program(), withDefaults(options), password(options));
  }

  private static @Nullable String password(String... options) {
    int index = List.of(options).indexOf("--requirepass");
    return index < 0 ? null : options[index + 1];
  }

  private static List<String> withDefaults(String... options) {
    List<String> all = new ArrayList<>(List.of("--save", "", "--repl-diskless-sync-delay", "0"));
    all.addAll(List.of("--appendonly", "yes", "--appendfsync", "no"));
    all.addAll(List.of(options));
    return all;
  }

  /**
   * Starts a sentinel that monitors a master. It stores its state in the configuration file.
   *
   * @param password the password that the configuration requires; null for none
   */
  static RedisServer sentinel(String configuration, @Nullable String password) {
    Path file = ProcessGuard.newDirectory().resolve("sentinel.conf");
    try {
      Files.writeString(file, configuration);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return start("redis-sentinel", List.of(file.toString()), password);
  }

  private static RedisServer start(
      String program, List<String> options, @Nullable String password) {
    for (int attempt = 1; ; attempt++) {
      List<String> all = new ArrayList<>(options);
      all.replaceAll(each -> each.equals(FREE_PORT) ? Integer.toString(freePort()) : each);
      RedisServer server = new RedisServer(program, all, password);
      server.port = freePort();
      try {
        server.restart();
        return server;
      } catch (IllegalStateException e) {
        server.close();
        // another program may have taken a port meanwhile
        if (attempt == ATTEMPTS || !server.log().contains("Address already in use")) {
          throw e;
        }
      }
    }
  }

  /** Returns the value of an option that it was started with. */
  public String option(String name) {
    return options.get(options.indexOf(name) + 1);
  }

  /** Starts it again after {@link #stop} or {@link #kill}, on the same port, with its data. */
  public void restart() {
    launch(List.of());
    await("replies", greeting -> !greeting.isEmpty() && !greeting.startsWith("LOADING"));
  }

  /**
   * Restarts it slowly: it takes 20 ms for each key of its data file, and only replies that it is
   * loading, until {@link #finishLoading}. Returns when it does. Requires that {@code --appendonly}
   * is not {@code yes}. It replies between any two keys only with {@code --rdbcompression no}.
   */
  public void restartLoading() {
    launch(List.of("--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024"));
    await("is loading", greeting -> greeting.startsWith("LOADING"));
  }

  /** Lets it load the rest of its data at once. */
  public void finishLoading() {
    command("CONFIG", "SET", "key-load-delay", "0");
  }

  /** Replaces it by the installed version, with its data. */
  public void upgrade() {
    stop();
    program = "redis-server";
    restart();
  }

  private void launch(List<String> extraOptions) {
    if (running()) {
      throw new IllegalStateException("already running: " + this);
    }
    List<String> command = new ArrayList<>(List.of(program));
    boolean sentinel = program.equals("redis-sentinel");
    command.addAll(sentinel ? options : List.of());
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", directory.toString()));
    command.addAll(sentinel ? List.of() : options);
    command.addAll(extraOptions);
    Process started;
    try {
      started =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
    } catch (IOException e) {
      throw new IllegalStateException(
          program + " is not in PATH: scripts/install-test-tools installs it", e);
    }
    process = started;
    ProcessGuard.onStarted(started);
  }

  private void await(String condition, Predicate<String> accepted) {
    Awaitility.await(program + " " + condition)
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> !running() || accepted.test(pingReply()));
    if (!running()) {
      end(9);
      throw new IllegalStateException(program + " does not start: " + log());
    }
  }

  /** Starts it again after {@link #stop} or {@link #kill}, on the same port, without data. */
  public void restartEmpty() {
    if (running()) {
      throw new IllegalStateException("already running: " + this);
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(directory)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    restart();
  }

  /** Ends it as an operator would, which closes connections. Idempotent. */
  public void stop() {
    end(15);
  }

  /** Ends it with SIGKILL. Idempotent. */
  public void kill() {
    end(9);
  }

  /** Sends SIGSTOP: it keeps its connections and does nothing. */
  public void pause() {
    signal(19);
  }

  /** Sends SIGCONT: it continues after {@link #pause}. */
  public void resume() {
    signal(18);
  }

  /**
   * Sends a command on a separate connection. Any thread.
   *
   * @return a text, a long, a list of such, or null
   * @throws JedisDataException if Redis replies with an error
   */
  public @Nullable Object command(String name, String... arguments) {
    return RedisClient.command(port, password, TIMEOUT, name, arguments);
  }

  /** Returns a field of {@code INFO}; null if there is none. */
  public @Nullable String info(String field) {
    return String.valueOf(command("INFO"))
        .lines()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.substring(field.length() + 1))
        .findFirst()
        .orElse(null);
  }

  /** Starts a replica of it, and returns when that has all data and is in sync. */
  public RedisServer replica(String... options) {
    List<String> all = new ArrayList<>(List.of("--replicaof", "127.0.0.1", Integer.toString(port)));
    all.addAll(List.of(options));
    RedisServer replica = start(all.toArray(String[]::new));
    Awaitility.await("the replica is in sync")
        .atMost(TIMEOUT)
        .until(() -> "up".equals(replica.info("master_link_status")));
    return replica;
  }

  /** Returns {@code redis://127.0.0.1:} and the port. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Returns its port on 127.0.0.1, which never changes. */
  public int port() {
    return port;
  }

  /** Returns the log since the last start. */
  public String log() {
    try {
      return Files.readString(directory.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it. Idempotent. */
  @Override
  public void close() {
    kill();
  }

  @Override
  public String toString() {
    return program + " on port " + port;
  }

  /** Returns a port of loopback that is free at this moment. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean running() {
    Process current = process;
    return current != null && current.isAlive();
  }

  /** Returns the reply to a PING; empty if there is none. */
  private String pingReply() {
    try {
      return String.valueOf(command("PING"));
    } catch (JedisConnectionException e) {
      return "";
    } catch (JedisDataException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void end(int signal) {
    Process current = process;
    if (current == null) {
      return;
    }
    if (current.isAlive()) {
      signal(18); // a stopped process handles SIGTERM only after it continues
      signal(signal);
    }
    try {
      if (!current.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException(this + " does not end on signal " + signal);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + this + " ends", e);
    }
    ProcessGuard.onEnded(current);
    process = null;
  }

  private void signal(int signal) {
    Process current = process;
    if (current == null) {
      throw new IllegalStateException("not running: " + this);
    }
    try {
      int exit =
          new ProcessBuilder("kill", "-" + signal, Long.toString(current.pid()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      if (exit != 0 && current.isAlive()) {
        throw new IllegalStateException("kill -" + signal + " failed for " + this);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while signalling " + this, e);
    }
  }
}
