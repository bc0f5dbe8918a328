package io.greenlang.metrics.client;

import io.greenlang.metrics.client.internal.ClientRuntime;
import io.greenlang.metrics.client.internal.connection.ConnectionSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The options of a {@link MetricsClient}. Not thread-safe. */
public final class MetricsClientBuilder {

  private static final int DEFAULT_MAX_PENDING_FRAMES = 64;
  private static final long IDLE_SECONDS = 1;
  private static final AtomicInteger THREADS = new AtomicInteger();

  private final URI url;
  private @Nullable String token;
  private @Nullable Callable<String> tokenSupplier;
  private Duration refreshBefore = Duration.ofMinutes(1);
  private Duration backoffBase = Duration.ofSeconds(1);
  private Duration backoffMax = Duration.ofSeconds(30);
  private int maxAttempts = Integer.MAX_VALUE;
  private Duration minUptime = Duration.ofSeconds(5);
  private Duration connectTimeout = Duration.ofSeconds(10);
  private @Nullable Duration heartbeatTimeout;
  private int maxPendingFrames = DEFAULT_MAX_PENDING_FRAMES;
  private boolean resume = true;
  private @Nullable HttpClient httpClient;
  private @Nullable Executor executor;

  MetricsClientBuilder(URI url) {
    String scheme = String.valueOf(url.getScheme());
    if (!scheme.matches("wss?") || url.getHost() == null || url.getFragment() != null) {
      throw new IllegalArgumentException(
          "not the URL of a WebSocket; it must look like ws://localhost:8000/ws/metrics");
    }
    this.url = url;
  }

  /** Specifies a token, which the client sends in the header {@code Authorization}. */
  public MetricsClientBuilder token(String token) {
    this.token = Objects.requireNonNull(token, "token");
    this.tokenSupplier = null;
    return this;
  }

  /**
   * Specifies the origin of tokens. The client calls it on the executor for each connection, once
   * more if the server rejects a token, and before a token expires. It may block.
   */
  public MetricsClientBuilder tokenSupplier(Callable<String> tokenSupplier) {
    this.tokenSupplier = Objects.requireNonNull(tokenSupplier, "tokenSupplier");
    this.token = null;
    return this;
  }

  /**
   * Specifies the time before its expiry at which the client replaces a token of the supplier, at
   * most half of the token's remaining time. The default is one minute.
   */
  public MetricsClientBuilder refreshBefore(Duration refreshBefore) {
    this.refreshBefore = nonNegative("refreshBefore", refreshBefore);
    return this;
  }

  /**
   * Specifies the delays between attempts. The delay before the n-th attempt is uniform from 0 to
   * {@code base} × 2ⁿ, at most {@code max}. The defaults are 1 s and 30 s.
   */
  public MetricsClientBuilder backoff(Duration base, Duration max) {
    this.backoffBase = nonNegative("base", base);
    this.backoffMax = nonNegative("max", max);
    return this;
  }

  /**
   * Specifies the number of consecutive failures after which the client gives up. By default it
   * never does.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public MetricsClientBuilder maxAttempts(int maxAttempts) {
    if (maxAttempts < 0) {
      throw new IllegalArgumentException(
          "maxAttempts is " + maxAttempts + "; it must be 0 or more");
    }
    this.maxAttempts = maxAttempts;
    return this;
  }

  /**
   * Specifies the uptime that resets the delays. A shorter connection counts as failed. The default
   * is 5 s.
   */
  public MetricsClientBuilder minUptime(Duration minUptime) {
    this.minUptime = nonNegative("minUptime", minUptime);
    return this;
  }

  /**
   * Specifies the maximum time from the start of an attempt, including the token supplier, to the
   * server's welcome. The default is 10 s.
   */
  public MetricsClientBuilder connectTimeout(Duration connectTimeout) {
    if (nonNegative("connectTimeout", connectTimeout).isZero()) {
      throw new IllegalArgumentException("connectTimeout is zero; it must be positive");
    }
    this.connectTimeout = connectTimeout;
    return this;
  }

  /**
   * Specifies the time without frames after which the server counts as dead. The default is 1.25
   * times the server's heartbeat interval.
   */
  public MetricsClientBuilder heartbeatTimeout(Duration heartbeatTimeout) {
    this.heartbeatTimeout = nonNegative("heartbeatTimeout", heartbeatTimeout);
    return this;
  }

  /**
   * Specifies the bound of frames that the client has read and that listeners and subscribers have
   * not processed. At the bound the client stops reading. The default is 64.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public MetricsClientBuilder maxPendingFrames(int maxPendingFrames) {
    if (maxPendingFrames < 1) {
      throw new IllegalArgumentException(
          "maxPendingFrames is " + maxPendingFrames + "; it must be 1 or more");
    }
    this.maxPendingFrames = maxPendingFrames;
    return this;
  }

  /** Specifies that the client does not request missed metrics after a reconnect. */
  public MetricsClientBuilder withoutResume() {
    this.resume = false;
    return this;
  }

  /**
   * Specifies the JDK's client that opens the WebSockets, with its TLS context, proxy and executor.
   * The application owns it. By default the client creates its own.
   *
   * <p>With another executor than {@code Runnable::run}, the JDK can lose the end of a connection.
   * The client then notices it after 10 to 15 seconds of silence.
   */
  public MetricsClientBuilder httpClient(HttpClient httpClient) {
    this.httpClient = Objects.requireNonNull(httpClient, "httpClient");
    return this;
  }

  /**
   * Specifies the executor of listeners, subscribers, futures and the token supplier, such as
   * {@code Executors.newVirtualThreadPerTaskExecutor()}. The application owns it, and shuts it down
   * only after it has closed the client. By default the client uses daemon threads, which end when
   * they are idle.
   */
  public MetricsClientBuilder executor(Executor executor) {
    this.executor = Objects.requireNonNull(executor, "executor");
    return this;
  }

  /** Creates the client, without connecting. */
  public MetricsClient build() {
    Executor threads = newExecutor();
    Executor tasks = executor == null ? threads : executor;
    HttpClient configured = httpClient;
    HttpClient http = configured == null ? newHttpClient() : configured;
    Runnable release = configured == null ? () -> release(http, threads) : () -> {};
    return new MetricsClient(
        new ClientRuntime(settings(http, tasks), token, tokenSupplier, maxPendingFrames, release));
  }

  private ConnectionSettings settings(HttpClient http, Executor tasks) {
    return new ConnectionSettings(
        url,
        http,
        tasks,
        backoffBase,
        backoffMax,
        maxAttempts,
        minUptime,
        connectTimeout,
        heartbeatTimeout,
        refreshBefore,
        resume);
  }

  /** Creates the client and begins to connect. */
  public MetricsClient connect() {
    MetricsClient client = build();
    client.connect();
    return client;
  }

  /**
   * Creates a client that processes messages on the thread that reads them. With another executor,
   * the JDK loses 2 to 3 % of the ends of connections, namely those that arrive during a message.
   */
  private static HttpClient newHttpClient() {
    return HttpClient.newBuilder().executor(Runnable::run).build();
  }

  /** Creates an executor on daemon threads, as many as tasks are in progress. */
  private static Executor newExecutor() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "greenlang-metrics-client-" + THREADS.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * Ends the selector thread of the JDK's client. JDK 17 does so by itself when the client is
   * garbage; since JDK 21 it can be closed, which waits for operations in progress.
   */
  private static void release(HttpClient http, Executor threads) {
    if (http instanceof AutoCloseable closeable) {
      threads.execute(
          () -> {
            try {
              closeable.close();
            } catch (Exception e) {
              throw new IllegalStateException("Failed to close the HTTP client", e);
            }
          });
    }
  }

  private static Duration nonNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be 0 or more");
    }
    return value;
  }
}
