package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.IoLoop;
import io.greenlang.metrics.websocket.internal.delivery.MessageFrames;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage;
import io.greenlang.metrics.websocket.internal.ratelimit.MessageRateLimiters;
import io.greenlang.metrics.websocket.internal.ratelimit.RateLimitKey;
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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The sessions of a server. Thread-safe. */
public final class SessionRegistry {

  private final SessionContext context;
  private final MessageRateLimiters messageLimiters;
  private final Budget.InProgress costlyCommands = new Budget.InProgress();
  private final Set<ClientSession> sessions = ConcurrentHashMap.newKeySet();
  private final AtomicInteger size = new AtomicInteger();
  private final Map<Executor, IoLoop> loops = new ConcurrentHashMap<>();

  /** The close code for all sessions; null while the server is not stopping. */
  private volatile @Nullable CloseCode stopping;

  /** Creates a registry without sessions. */
  public SessionRegistry(SessionContext context) {
    this.context = context;
    this.messageLimiters =
        new MessageRateLimiters(context.settings().messagesPerMinute(), context.clock());
  }

  /** Starts a session. Must be called on the connection's I/O thread. */
  public ConnectionListener open(Connection connection, Principal principal) {
    if (size.incrementAndGet() > context.settings().maxSessions()) {
      size.decrementAndGet();
      context.counters().countRejectedConnection();
      return close(connection, CloseCode.TRY_AGAIN_LATER);
    }
    ClientSession session = newSession(connection, principal);
    sessions.add(session);
    try {
      session.open();
    } catch (RuntimeException | Error e) {
      session.onClosed(); // the transport closes the connection, but has no listener to notify
      throw e;
    }
    CloseCode reason = stopping;
    if (reason != null) {
      session.close(reason); // this session was not yet registered when closeAll ran
    }
    return session;
  }

  private ClientSession newSession(Connection connection, Principal principal) {
    return new ClientSession(
        context,
        connection,
        loops.computeIfAbsent(connection.ioThread(), IoLoop::new),
        principal,
        messageLimiters.attach(limiterKey(connection, principal)),
        costlyCommands,
        this::remove);
  }

  /** Returns the key of the inbound limit. Anonymous clients are limited by address. */
  private static String limiterKey(Connection connection, Principal principal) {
    return principal.equals(Principal.ANONYMOUS)
        ? "address " + RateLimitKey.ofPeer(connection.peer())
        : "subject " + principal.subject();
  }

  /**
   * Sends a client the error that its token is not accepted, and closes the connection. Must be
   * called on the connection's I/O thread.
   */
  public ConnectionListener rejectUnauthorized(Connection connection) {
    context.counters().countError();
    SharedFrames frames = MessageFrames.of(ServerMessage.ErrorMessage.UNAUTHORIZED, Encoding.JSON);
    connection.write(frames, 0, frames.bytes().capacity(), 1);
    connection.flush();
    return close(connection, CloseCode.UNAUTHORIZED);
  }

  /** Returns the number of sessions. */
  public int size() {
    return size.get();
  }

  /**
   * Closes the sessions of the clients that satisfy a condition. A client whose handshake is in
   * progress may not be among them.
   *
   * @return how many
   */
  public int disconnect(Predicate<Principal> condition, CloseCode reason) {
    int count = 0;
    for (ClientSession session : sessions) {
      if (condition.test(session.principal())) {
        session.close(reason);
        count++;
      }
    }
    return count;
  }

  /** Checks every session for expired tokens, silent clients and stalled sockets. */
  public void sweep() {
    long now = context.clock().monotonicNanos();
    loops.values().forEach(loop -> loop.sweep(now));
  }

  /**
   * Closes every session because the server is stopping. The closes are spread evenly over a time,
   * so that the clients do not all connect to another server at once. Returns when the close of
   * each session was requested, or early if the thread is interrupted.
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

  private void remove(ClientSession session) {
    messageLimiters.detach(session.messageLimiter());
    if (sessions.remove(session)) {
      size.decrementAndGet();
    }
  }

  private static ConnectionListener close(Connection connection, CloseCode code) {
    connection.close(code.code(), code.reason());
    return ConnectionListener.IGNORING;
  }
}
