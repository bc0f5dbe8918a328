package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.IoLoop;
import io.greenlang.metrics.websocket.internal.delivery.MessageFrames;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage;
import io.greenlang.metrics.websocket.internal.ratelimit.MessageRateLimiters;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.greenlang.metrics.websocket.transport.Connection;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The sessions of a server. Thread-safe. */
public final class SessionRegistry {

  private final SessionContext context;
  private final Set<ClientSession> sessions = ConcurrentHashMap.newKeySet();
  private final AtomicInteger size = new AtomicInteger();
  private final Map<Executor, IoLoop> loops = new ConcurrentHashMap<>();

  /** The close code for all sessions; null while the server is not stopping. */
  private volatile @Nullable CloseCode stopping;

  /**
   * Creates a registry without sessions.
   *
   * @param tokens validates tokens that replace the token of a session
   * @param workers runs tasks that may block
   */
  public SessionRegistry(
      MetricsHub hub,
      TokenValidator tokens,
      SessionSettings settings,
      Executor workers,
      ServerCounters counters) {
    MessageRateLimiters senders =
        new MessageRateLimiters(settings.messagesPerMinute(), hub.clock());
    this.context =
        new SessionContext(hub, hub.clock(), tokens, settings, senders, workers, counters, this);
  }

  /** Starts a session. Must be called on the connection's I/O thread. */
  public ConnectionListener open(Connection connection, Principal principal) {
    if (size.incrementAndGet() > context.settings().maxSessions()) {
      size.decrementAndGet();
      context.counters().countRejectedConnection();
      return close(connection, CloseCode.TRY_AGAIN_LATER);
    }
    IoLoop loop = loops.computeIfAbsent(connection.ioThread(), IoLoop::new);
    ClientSession session = new ClientSession(context, connection, loop, principal);
    sessions.add(session);
    session.open();
    CloseCode reason = stopping;
    if (reason != null) {
      session.close(reason); // this session was not yet registered when closeAll ran
    }
    return session;
  }

  /**
   * Sends a client the error that its token is not accepted, and closes the connection. Must be
   * called on the connection's I/O thread.
   */
  public ConnectionListener rejectUnauthorized(Connection connection) {
    context.counters().errors.increment();
    SharedFrames frames = MessageFrames.of(ServerMessage.ErrorMessage.UNAUTHORIZED, Encoding.JSON);
    connection.write(frames, 0, frames.bytes().capacity(), 1);
    connection.flush();
    return close(connection, CloseCode.UNAUTHORIZED);
  }

  /** Returns the number of sessions. */
  public int size() {
    return size.get();
  }

  /** Checks every session for expired tokens, silent clients and stalled sockets. */
  public void sweep() {
    long now = context.clock().monotonicNanos();
    loops.values().forEach(loop -> loop.sweep(now));
  }

  /**
   * Closes every session because the server is stopping. The closes are spread evenly over a time,
   * so that the clients do not all connect to another server at once. Returns when all sessions
   * were told to close, or early if the thread is interrupted.
   *
   * @param reason the close code
   * @param spread the time over which the closes are spread
   */
  public void closeAll(CloseCode reason, Duration spread) {
    stopping = reason;
    List<ClientSession> open = List.copyOf(sessions);
    long startNanos = System.nanoTime();
    for (int i = 0; i < open.size(); i++) {
      waitUntil(startNanos + spread.toNanos() / open.size() * i);
      open.get(i).close(reason);
    }
  }

  private static void waitUntil(long nanoTime) {
    long remaining = nanoTime - System.nanoTime();
    while (remaining > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(remaining);
      remaining = nanoTime - System.nanoTime();
    }
  }

  void remove(ClientSession session) {
    if (sessions.remove(session)) {
      size.decrementAndGet();
    }
  }

  private static ConnectionListener close(Connection connection, CloseCode code) {
    connection.close(code.code(), code.reason());
    return RefusedSession.INSTANCE;
  }
}
