package io.greenlang.metrics.websocket;

import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.websocket.auth.TokenCheck;
import io.greenlang.metrics.websocket.protocol.CloseCode;
import io.greenlang.metrics.websocket.protocol.MessageCodec;
import io.greenlang.metrics.websocket.session.ConnectionBudget;
import io.greenlang.metrics.websocket.session.SenderBudgets;
import io.greenlang.metrics.websocket.session.ServerCounters;
import io.greenlang.metrics.websocket.session.SessionRegistry;
import io.greenlang.metrics.websocket.session.SessionSettings;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import io.greenlang.metrics.websocket.transport.HostedTransport;
import io.greenlang.metrics.websocket.transport.Transport;
import io.greenlang.metrics.websocket.transport.TransportContext;
import io.greenlang.metrics.websocket.transport.TransportProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads, sessions and transports of a server between its start and its stop. */
final class RunningServer implements TransportContext {

  private static final Logger log = LoggerFactory.getLogger(RunningServer.class);
  private static final int HANDSHAKE_FAILED = 503;

  /** The time that clients have to disconnect after they were closed. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final MetricsWebSocketServer.Config config;
  private final List<HostedTransport> containerTransports = new ArrayList<>(1);
  private final SessionRegistry sessions;
  private final Turnstile throttle;
  private final Gatekeeper authorizer;
  private final long startNanos = System.nanoTime();

  /** Runs tasks that may block: commands and handshakes. There is no thread per client. */
  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors())),
          daemonThreads("greenlang-worker-"));

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(daemonThreads("greenlang-timer-"));

  private @Nullable Transport transport;
  private @Nullable InetSocketAddress address;

  /** Creates the sessions and threads; clients connect once a transport is added. */
  RunningServer(MetricsWebSocketServer.Config config, ServerCounters counters) {
    this.config = config;
    TokenCheck tokens = new TokenCheck(config.authenticator());
    this.sessions =
        new SessionRegistry(
            config.hub(),
            tokens,
            new SessionSettings(
                config.heartbeat(), config.maxConnections(), config.messagesPerMinute()),
            workers,
            counters);
    this.throttle =
        new Turnstile(
            new SenderBudgets(config.connectionsPerMinute(), config.hub().clock()),
            new ConnectionBudget(config.connectionsPerSecond(), config.hub().clock()),
            counters);
    this.authorizer = new Gatekeeper(config.origins(), tokens, sessions);
    timer.scheduleWithFixedDelay(this::sweep, 1, 1, TimeUnit.SECONDS);
  }

  /** Starts to listen on the server's own port. Does nothing if the server is already listening. */
  void listen() throws IOException {
    if (address == null) {
      transport = config.transport() != null ? config.transport() : findTransport();
      address = transport.start(this);
    }
  }

  /** Accepts clients from an application's container. */
  void host(HostedTransport containerTransport) {
    containerTransports.add(containerTransport);
    containerTransport.begin(this);
  }

  private void sweep() {
    try {
      sessions.sweep();
    } catch (RuntimeException e) {
      log.error("Session sweep failed; retrying in 1 s", e);
    }
  }

  /** Closes all clients with the given code, waits for them and stops all threads. */
  void stop(CloseCode closeCode) {
    if (transport != null) {
      transport.stopAccepting();
    }
    containerTransports.forEach(HostedTransport::stopAccepting);
    sessions.closeAll(closeCode, config.drainTime());
    long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    while (sessions.size() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    timer.shutdownNow();
    if (transport != null) {
      transport.stop();
    }
    containerTransports.forEach(HostedTransport::stop);
    workers.shutdown();
  }

  /**
   * Returns the address that the server listens on, or null if it does not listen on its own port.
   */
  @Nullable InetSocketAddress address() {
    return address;
  }

  Duration uptime() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  int connectedClients() {
    return sessions.size();
  }

  @Override
  public String host() {
    return config.host();
  }

  @Override
  public int port() {
    return config.port();
  }

  @Override
  public String path() {
    return config.path();
  }

  @Override
  public int maxMessageBytes() {
    return config.maxMessageBytes();
  }

  @Override
  public CompletionStage<Admission> admit(Handshake handshake, Duration maxWait) {
    Turnstile.Turn decision = throttle.next(handshake.address(), maxWait);
    if (decision.refused() != null) {
      return CompletableFuture.completedFuture(decision.refused());
    }
    return decision.nanos() == 0
        ? authorize(handshake)
        : new CompletableFuture<@Nullable Void>()
            .completeOnTimeout(null, decision.nanos(), TimeUnit.NANOSECONDS)
            .thenCompose(ignored -> authorize(handshake));
  }

  private CompletableFuture<Admission> authorize(Handshake handshake) {
    try {
      return CompletableFuture.supplyAsync(() -> authorizer.admit(handshake), workers);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(new Admission.Refused(HANDSHAKE_FAILED));
    }
  }

  @Override
  public boolean mayConnectFrom(String origin) {
    return config.origins().mayAllow(origin);
  }

  @Override
  public Executor workers() {
    return workers;
  }

  /**
   * Reports the instance as degraded, not as down, while the broker has a problem. The instance
   * keeps serving its own metrics; if it counted as down, the load balancer would remove all
   * instances at once. The problem itself can contain host names. It appears only in {@code
   * stats()} and in the log, because this endpoint is public.
   */
  @Override
  public byte[] health() {
    Map<String, Object> health = new LinkedHashMap<>();
    boolean brokerProblem = config.hub().brokerState().trouble() != null;
    health.put("status", brokerProblem ? "DEGRADED" : "UP");
    if (brokerProblem) {
      health.put("trouble", "broker");
    }
    health.put("uptime_seconds", uptime().toSeconds());
    health.put("connected_clients", connectedClients());
    return MessageCodec.of(Encoding.JSON).encode(health);
  }

  private static Transport findTransport() {
    return ServiceLoader.load(TransportProvider.class)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no transport on the class path: add the dependency"
                        + " io.greenlang:greenlang-metrics-netty"))
        .create();
  }

  private static ThreadFactory daemonThreads(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
