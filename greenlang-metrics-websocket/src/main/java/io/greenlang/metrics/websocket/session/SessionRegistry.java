package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.feed.Frames;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.auth.TokenCheck;
import io.greenlang.metrics.websocket.protocol.CloseCode;
import io.greenlang.metrics.websocket.protocol.ServerMessage;
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

/** The sessions of a server. Any thread. */
public final class SessionRegistry {

  private final SessionContext context;
  private final Set<ClientSession> sessions = ConcurrentHashMap.newKeySet();
  private final AtomicInteger size = new AtomicInteger();
  private final Map<Executor, DeliveryLoop> loops = new ConcurrentHashMap<>();

  /** Why all are closed; null while the server is not stopping. */
  private volatile @Nullable CloseCode stopping;

  /**
   * No sessions yet.
   *
   * @param tokens checks those that are to replace others
   * @param workers run what may block
   */
  public SessionRegistry(
      MetricsHub hub,
      TokenCheck tokens,
      SessionSettings settings,
      Executor workers,
      ServerCounters counters) {
    SenderBudgets senders = new SenderBudgets(settings.messagesPerMinute(), hub.clock());
    this.context =
        new SessionContext(hub, hub.clock(), tokens, settings, senders, workers, counters, this);
  }

  /** Begins a session. On the connection's I/O thread. */
  public ConnectionListener open(Connection connection, Principal principal) {
    if (size.incrementAndGet() > context.settings().maxSessions()) {
      size.decrementAndGet();
      context.counters().connectionRefused();
      return close(connection, CloseCode.TRY_AGAIN_LATER);
    }
    DeliveryLoop loop = loops.computeIfAbsent(connection.ioThread(), DeliveryLoop::new);
    ClientSession session = new ClientSession(context, connection, loop, principal);
    sessions.add(session);
    session.open();
    CloseCode reason = stopping;
    if (reason != null) {
      session.close(reason); // closeAll came too early to see it
    }
    return session;
  }

  /** Tells a client that its token is not accepted, and closes. On the connection's I/O thread. */
  public ConnectionListener refuse(Connection connection) {
    context.counters().errors.increment();
    Frames frames = MessageFrames.of(ServerMessage.ErrorMessage.UNAUTHORIZED, Encoding.JSON);
    connection.write(frames, 0, frames.bytes().capacity(), 1);
    connection.flush();
    return close(connection, CloseCode.UNAUTHORIZED);
  }

  /** How many sessions there are. */
  public int size() {
    return size.get();
  }

  /** Looks after every session, as time goes by. */
  public void sweep() {
    long now = context.clock().nanoTime();
    loops.values().forEach(loop -> loop.sweep(now));
  }

  /**
   * Closes every session, because the server is stopping: evenly spread over a time, so that their
   * clients do not all come to another server at once. Returns when all were told; at once if the
   * thread is interrupted.
   */
  public void closeAll(CloseCode reason, Duration spread) {
    stopping = reason;
    List<ClientSession> leaving = List.copyOf(sessions);
    long began = System.nanoTime();
    for (int i = 0; i < leaving.size(); i++) {
      waitUntil(began + spread.toNanos() / leaving.size() * i);
      leaving.get(i).close(reason);
    }
  }

  private static void waitUntil(long nanoTime) {
    long left = nanoTime - System.nanoTime();
    while (left > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(left);
      left = nanoTime - System.nanoTime();
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
