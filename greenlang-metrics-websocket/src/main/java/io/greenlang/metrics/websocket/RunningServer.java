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

/** What lives from a server's start to its stop: threads, sessions, transports. */
final class RunningServer implements TransportContext {

  private static final Logger log = LoggerFactory.getLogger(RunningServer.class);
  private static final int HANDSHAKE_FAILED = 503;

  /** How long clients have to go that were told to. */
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  private final MetricsWebSocketServer.Config config;
  private final List<HostedTransport> hosted = new ArrayList<>(1);
  private final SessionRegistry sessions;
  private final Turnstile turnstile;
  private final Gatekeeper gatekeeper;
  private final long startNanos = System.nanoTime();

  /** For what may block: commands and handshakes. No thread per client. */
  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors())),
          daemons("greenlang-worker-"));

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(daemons("greenlang-timer-"));

  private @Nullable Transport transport;
  private @Nullable InetSocketAddress address;

  /** Sessions can begin, once there is something that brings them. */
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
    this.turnstile =
        new Turnstile(
            new SenderBudgets(config.connectionsPerMinute(), config.hub().clock()),
            new ConnectionBudget(config.connectionsPerSecond(), config.hub().clock()),
            counters);
    this.gatekeeper = new Gatekeeper(config.origins(), tokens, sessions);
    timer.scheduleWithFixedDelay(this::sweep, 1, 1, TimeUnit.SECONDS);
  }

  /** Listens on a port of its own. Does nothing if it does already. */
  void listen() throws IOException {
    if (address == null) {
      transport = config.transport() != null ? config.transport() : findTransport();
      address = transport.start(this);
    }
  }

  /** Lets in who comes by a host's container. */
  void host(HostedTransport door) {
    hosted.add(door);
    door.begin(this);
  }

  private void sweep() {
    try {
      sessions.sweep();
    } catch (RuntimeException e) {
      log.error("looking after the sessions failed; it is tried again in a second", e);
    }
  }

  /** Ends everything, and tells clients why. */
  void stop(CloseCode reason) {
    if (transport != null) {
      transport.stopAccepting();
    }
    hosted.forEach(HostedTransport::stopAccepting);
    sessions.closeAll(reason, config.drainTime());
    long deadline = System.nanoTime() + GOODBYE.toNanos();
    while (sessions.size() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    timer.shutdownNow();
    if (transport != null) {
      transport.stop();
    }
    hosted.forEach(HostedTransport::stop);
    workers.shutdown();
  }

  /** Where it listens, or null if it has no port of its own. */
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
  public CompletionStage<Admission> admit(Handshake handshake, Duration patience) {
    Turnstile.Turn turn = turnstile.next(handshake.address(), patience);
    if (turn.refused() != null) {
      return CompletableFuture.completedFuture(turn.refused());
    }
    return turn.nanos() == 0
        ? decide(handshake)
        : new CompletableFuture<@Nullable Void>()
            .completeOnTimeout(null, turn.nanos(), TimeUnit.NANOSECONDS)
            .thenCompose(nothing -> decide(handshake));
  }

  private CompletableFuture<Admission> decide(Handshake handshake) {
    try {
      return CompletableFuture.supplyAsync(() -> gatekeeper.admit(handshake), workers);
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
   * It is degraded, and not down, when the broker has trouble: it goes on with what it publishes
   * itself, and were it taken out for that, every instance would be, all at once. What the trouble
   * is, with names of hosts in it, is for {@code stats()} and the log: anybody may ask here.
   */
  @Override
  public byte[] health() {
    Map<String, Object> health = new LinkedHashMap<>();
    boolean troubled = config.hub().brokerState().trouble() != null;
    health.put("status", troubled ? "DEGRADED" : "UP");
    if (troubled) {
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
                    "there is no transport on the class path: add the dependency"
                        + " io.greenlang:greenlang-metrics-netty"))
        .create();
  }

  private static ThreadFactory daemons(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
