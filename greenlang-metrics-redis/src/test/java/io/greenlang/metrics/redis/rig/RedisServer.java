package io.greenlang.metrics.redis.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
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
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A real {@code redis-server} on a free port of loopback, with its files in a temporary directory.
 *
 * <p>What it has acknowledged survives {@link #kill}: it appends each command to a file, unsynced,
 * which outlives the process though not the machine. Options such as {@code --appendonly no} come
 * after that, so they prevail. Not for more than one thread at a time, but for {@link #command}.
 */
public final class RedisServer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int ATTEMPTS = 5;

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
   * Starts one, and returns when it answers.
   *
   * @param options as on the command line, such as {@code "--maxmemory", "10mb"}
   * @throws IllegalStateException if it does not start; the message says why, or what to install
   */
  public static RedisServer start(String... options) {
    return start("redis-server", usual(options), password(options));
  }

  /** Starts one of another version than the machine's. */
  public static RedisServer start(RedisVersion version, String... options) {
    return start(version.program(), usual(options), password(options));
  }

  private static @Nullable String password(String... options) {
    int at = List.of(options).indexOf("--requirepass");
    return at < 0 ? null : options[at + 1];
  }

  private static List<String> usual(String... options) {
    List<String> all = new ArrayList<>(List.of("--save", "", "--repl-diskless-sync-delay", "0"));
    all.addAll(List.of("--appendonly", "yes", "--appendfsync", "no"));
    all.addAll(List.of(options));
    return all;
  }

  /**
   * Starts a sentinel that watches a master. It keeps what it learns in the file.
   *
   * @param password what the configuration requires; null for none
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
    RedisServer server = new RedisServer(program, options, password);
    for (int attempt = 1; ; attempt++) {
      server.port = freePort();
      try {
        server.restart();
        return server;
      } catch (IllegalStateException e) {
        // another program may have taken the port since
        if (attempt == ATTEMPTS || !server.log().contains("Address already in use")) {
          server.close();
          throw e;
        }
      }
    }
  }

  /** Starts it again after {@link #stop} or {@link #kill}, on the same port, with its data. */
  public void restart() {
    begin(List.of());
    await("answers", greeting -> !greeting.isEmpty() && !greeting.startsWith("LOADING"));
  }

  /**
   * As {@link #restart}, but it takes 20 ms for each key of its data file, and so only says that it
   * is loading, until {@link #load}; returns when it does. Not if it has {@code --appendonly yes};
   * and only with {@code --rdbcompression no} it answers between any two keys.
   */
  public void restartLoading() {
    begin(List.of("--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024"));
    await("is loading", greeting -> greeting.startsWith("LOADING"));
  }

  /** Has it read the rest of its data at once. */
  public void load() {
    command("CONFIG", "SET", "key-load-delay", "0");
  }

  /** Ends it, and starts the machine's version in its place, with its data. */
  public void update() {
    stop();
    program = "redis-server";
    restart();
  }

  private void begin(List<String> more) {
    if (running()) {
      throw new IllegalStateException("it is running: " + this);
    }
    List<String> command = new ArrayList<>(List.of(program));
    boolean sentinel = program.equals("redis-sentinel");
    command.addAll(sentinel ? options : List.of());
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", directory.toString()));
    command.addAll(sentinel ? List.of() : options);
    command.addAll(more);
    Process begun;
    try {
      begun =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
    } catch (IOException e) {
      throw new IllegalStateException(
          program + " is not in PATH: scripts/install-test-tools installs it", e);
    }
    process = begun;
    ProcessGuard.began(begun);
  }

  private void await(String what, Predicate<String> greeted) {
    Awaitility.await(program + " " + what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> !running() || greeted.test(greeting()));
    if (!running()) {
      end(9);
      throw new IllegalStateException(program + " does not start: " + log());
    }
  }

  /** Starts it again after {@link #stop} or {@link #kill}, on the same port, with nothing in it. */
  public void restartEmpty() {
    if (running()) {
      throw new IllegalStateException("it is running: " + this);
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

  /** Ends it as an operator would: connections are closed. Idempotent. */
  public void stop() {
    end(15);
  }

  /** SIGKILL. Idempotent. */
  public void kill() {
    end(9);
  }

  /** SIGSTOP: it keeps its connections and does nothing. */
  public void pause() {
    signal(19);
  }

  /** SIGCONT: goes on after {@link #pause}. */
  public void resume() {
    signal(18);
  }

  /**
   * Sends a command on a connection of its own. Any thread.
   *
   * @return text, a long, a list of such, or null
   * @throws JedisDataException if Redis answers with an error
   */
  public @Nullable Object command(String name, String... arguments) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder().resp2().timeoutMillis((int) PATIENCE.toMillis());
    if (password != null) {
      config.password(password);
    }
    try (Jedis jedis = new Jedis(new HostAndPort("127.0.0.1", port), config.build())) {
      return readable(jedis.sendCommand(() -> bytes(name), arguments));
    }
  }

  /** A field of {@code INFO}; null if there is none. */
  public @Nullable String info(String field) {
    return String.valueOf(command("INFO"))
        .lines()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.substring(field.length() + 1))
        .findFirst()
        .orElse(null);
  }

  /** Starts a replica of it, and returns when that has all data and goes along. */
  public RedisServer replica(String... options) {
    List<String> all = new ArrayList<>(List.of("--replicaof", "127.0.0.1", Integer.toString(port)));
    all.addAll(List.of(options));
    RedisServer replica = start(all.toArray(String[]::new));
    Awaitility.await("the replica goes along")
        .atMost(PATIENCE)
        .until(() -> "up".equals(replica.info("master_link_status")));
    return replica;
  }

  /** {@code redis://127.0.0.1:} and the port. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Where it listens, on 127.0.0.1; the same for all its life. */
  public int port() {
    return port;
  }

  /** What it has written to its log since it was started the last time. */
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

  /** A port of loopback that nobody listens on, at this moment. */
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

  /** What it says to a PING; empty if that is nothing. */
  private String greeting() {
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
      signal(18); // a stopped process keeps SIGTERM until it goes on
      signal(signal);
    }
    try {
      if (!current.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException(this + " does not end on signal " + signal);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + this + " ends", e);
    }
    ProcessGuard.ended(current);
    process = null;
  }

  private void signal(int signal) {
    Process current = process;
    if (current == null) {
      throw new IllegalStateException("it is not running: " + this);
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

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static @Nullable Object readable(@Nullable Object reply) {
    if (reply instanceof byte[] text) {
      return new String(text, StandardCharsets.UTF_8);
    }
    if (reply instanceof List<?> list) {
      List<@Nullable Object> all = new ArrayList<>();
      for (Object each : list) {
        all.add(readable(each));
      }
      return all;
    }
    return reply;
  }
}
