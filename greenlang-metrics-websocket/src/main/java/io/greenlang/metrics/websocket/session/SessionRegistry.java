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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** The sessions of a server. Any thread. */
public final class SessionRegistry {

  private final SessionContext context;
  private final Set<ClientSession> sessions = ConcurrentHashMap.newKeySet();
  private final AtomicInteger size = new AtomicInteger();
  private final Map<Executor, DeliveryLoop> loops = new ConcurrentHashMap<>();
  private volatile boolean stopping;

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
      return close(connection, CloseCode.TRY_AGAIN_LATER);
    }
    DeliveryLoop loop = loops.computeIfAbsent(connection.ioThread(), DeliveryLoop::new);
    ClientSession session = new ClientSession(context, connection, loop, principal);
    sessions.add(session);
    session.open();
    if (stopping) {
      session.close(CloseCode.GOING_AWAY); // closeAll came too early to see it
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

  /** Closes every session, because the server is stopping. */
  public void closeAll() {
    stopping = true;
    sessions.forEach(session -> session.close(CloseCode.GOING_AWAY));
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
