package io.greenlang.metrics.client.internal.connection;

import io.greenlang.metrics.client.internal.protocol.Command;
import io.greenlang.metrics.client.internal.protocol.MessageDecoder.Decoded;
import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.model.ConnectionChange;
import io.greenlang.metrics.client.model.ConnectionState;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.MetricsClientException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection that opens one socket after another until it is closed. It handles the events of the
 * current socket only.
 *
 * <p>Only the event loop calls its methods, except for the getters, which any thread may call.
 */
public final class Connection {

  private static final int UNAUTHORIZED = 4401;
  private static final int FIRST_FINAL_CODE = 4400;
  private static final int LAST_FINAL_CODE = 4403;
  private static final Set<ErrorCode> TOKEN_ERRORS =
      Set.of(ErrorCode.UNAUTHORIZED, ErrorCode.TOKEN_EXPIRED);

  private final ConnectionSettings settings;
  private final EventLoop loop;
  private final TokenSource tokens;
  private final ReadWindow window;
  private final ConnectionEvents events;
  private final ServerClock serverClock;
  private final Heartbeat heartbeat;
  private final TimerGroup timers;
  private Backoff backoff;
  private @Nullable Socket socket;

  /** The start of the current attempt on the monotonic clock. */
  private long attemptStart;

  /** The number of the current attempt; callbacks of earlier attempts do nothing. */
  private int generation;

  /** Whether the next attempt is scheduled and has not started. */
  private boolean waitingToRetry;

  /** Whether a message rejected the token; a proxy may swallow the close code that follows. */
  private boolean tokenRejected;

  /** Whether the supplier was called again after a rejection, and no connection lasted since. */
  private boolean tokenRefreshed;

  private @Nullable String token;
  private volatile ConnectionState state = ConnectionState.IDLE;
  private volatile @Nullable String clientId;

  /** Creates a connection that is not open. */
  public Connection(
      ConnectionSettings settings,
      EventLoop loop,
      TokenSource tokens,
      ReadWindow window,
      ConnectionEvents events) {
    this.settings = settings;
    this.loop = loop;
    this.tokens = tokens;
    this.window = window;
    this.events = events;
    this.serverClock = new ServerClock(loop);
    this.timers = new TimerGroup(loop);
    this.backoff = newBackoff();
    this.heartbeat =
        new Heartbeat(
            loop,
            window::isPaused,
            () -> send(Command.PONG), // the server counts it as activity of the client
            () -> reconnect("The server stopped responding", OptionalInt.empty(), null));
  }

  /** Connects. While a retry is pending, it retries at once. */
  public void connect() {
    boolean attempting =
        state == ConnectionState.CONNECTING
            || (state == ConnectionState.RECONNECTING && !waitingToRetry);
    if (attempting || state == ConnectionState.CONNECTED || state == ConnectionState.CLOSED) {
      return;
    }
    if (state != ConnectionState.RECONNECTING) {
      backoff = newBackoff();
      tokenRefreshed = false;
      state = ConnectionState.CONNECTING;
    }
    attempt();
  }

  /**
   * Closes the connection for good.
   *
   * @param whenEnded runs after the closing handshake
   */
  public void close(Runnable whenEnded) {
    Socket current = socket;
    socket = null;
    dropSocket();
    setState(
        ConnectionState.CLOSED, null, OptionalInt.empty(), "The application closed the client");
    if (current == null) {
      whenEnded.run();
    } else {
      current.close(whenEnded);
    }
  }

  /** Sends a command, if there is a socket. */
  public void send(Command command) {
    Socket current = socket;
    if (current != null) {
      current.send(command);
    }
  }

  /** Returns the state. */
  public ConnectionState state() {
    return state;
  }

  /** Returns the server's label for this client; null unless connected. */
  public @Nullable String clientId() {
    return clientId;
  }

  /** Returns the token of the current connection; null if it is anonymous. */
  public @Nullable String token() {
    return token;
  }

  /** Returns the estimate of the server's clock. */
  public ServerClock serverClock() {
    return serverClock;
  }

  private Backoff newBackoff() {
    return new Backoff(settings.backoffBase(), settings.backoffMax(), loop);
  }

  private void attempt() {
    timers.cancel();
    waitingToRetry = false;
    int attempt = ++generation;
    timers.schedule(settings.connectTimeout(), this::onConnectTimeout);
    tokens.request(
        supplied -> {
          if (attempt == generation) {
            open(supplied);
          }
        },
        failure -> {
          if (attempt == generation) {
            String message = "The token supplier failed: " + failure;
            reportAndReconnect(
                MetricsClientException.of(ErrorCode.TOKEN, message, failure),
                "No token is available");
          }
        });
  }

  private void onConnectTimeout() {
    String limit = " within " + settings.connectTimeout().toMillis() / 1000.0 + " s";
    if (socket == null) {
      reportAndReconnect(
          MetricsClientException.of(
              ErrorCode.TOKEN, "The token supplier returned no token" + limit),
          "No token is available");
    } else {
      String message = settings.endpoint() + " sent no welcome" + limit;
      reportAndReconnect(
          MetricsClientException.of(ErrorCode.NO_WELCOME, message + "; is it a metrics server?"),
          "The server sent no welcome");
    }
  }

  private void open(@Nullable String supplied) {
    token = supplied;
    tokenRejected = false;
    attemptStart = loop.nanoTime();
    Socket opened = new Socket(loop, window, new SocketEvents());
    socket = opened;
    try {
      opened.open(settings.http(), settings.url(), supplied, settings.connectTimeout());
    } catch (IllegalArgumentException e) {
      // A retry would fail too.
      fail(
          MetricsClientException.of(
              ErrorCode.FAILED, "Failed to create the WebSocket: " + e.getMessage()));
    }
  }

  /** The events of the sockets; a dropped socket causes none. */
  private final class SocketEvents implements Socket.Events {

    @Override
    public void onMessage(Socket source, Decoded decoded, ReadWindow.Credit credit) {
      try {
        heartbeat.recordActivity();
        ServerMessage message = decoded.message();
        MetricsClientException failure = decoded.failure();
        if (failure != null) {
          events.onError(failure);
        } else if (message != null) {
          Connection.this.onMessage(message);
          events.onMessage(message, credit);
        }
      } finally {
        credit.release();
      }
    }

    @Override
    public void onClosed(Socket source, int code, String reason) {
      onSocketClosed(code, reason);
    }

    @Override
    public void onFailure(Socket source, Throwable thrown) {
      HandshakeFailure failure = HandshakeFailure.of(thrown);
      if (failure.isUnauthorized() || tokenRejected) {
        onUnauthorized(OptionalInt.empty());
      } else if (failure.isPermanent()) {
        fail(MetricsClientException.of(ErrorCode.FAILED, failure.reason(), thrown));
      } else {
        reconnect(failure.reason(), OptionalInt.empty(), failure.retryAfter());
      }
    }
  }

  private void onMessage(ServerMessage message) {
    if (message instanceof ServerMessage.Welcome welcome) {
      if (state != ConnectionState.CONNECTED) {
        onWelcome(welcome);
      }
    } else if (message instanceof ServerMessage.Ping ping) {
      if (ping.serverTime() != null) {
        serverClock.record(ping.serverTime());
      }
      send(Command.PONG);
    } else if (message instanceof ServerMessage.Failure failure) {
      tokenRejected |= failure.id() == null && TOKEN_ERRORS.contains(failure.error().code());
    }
  }

  private void onWelcome(ServerMessage.Welcome welcome) {
    timers.cancel();
    if (welcome.serverTime() != null) {
      serverClock.restart(welcome.serverTime(), attemptStart);
    }
    clientId = welcome.clientId();
    timers.schedule(
        settings.minUptime(),
        () -> {
          backoff = newBackoff();
          tokenRefreshed = false;
        });
    heartbeat.start(settings.heartbeatTimeout(welcome.heartbeat()));
    state = ConnectionState.CONNECTED;
    events.onWelcome();
    setState(ConnectionState.CONNECTED, null, OptionalInt.empty(), null);
  }

  private void onSocketClosed(int code, String reason) {
    boolean isFinal = code >= FIRST_FINAL_CODE && code <= LAST_FINAL_CODE;
    if (code == UNAUTHORIZED || (tokenRejected && !isFinal)) {
      onUnauthorized(OptionalInt.of(code));
    } else if (isFinal) {
      String message = "The server rejected the client permanently: close code " + code;
      fail(
          MetricsClientException.of(
              ErrorCode.FAILED, (message + " " + reason).strip(), OptionalInt.of(code)));
    } else {
      String text = reason.isEmpty() ? "The connection was closed with code " + code : reason;
      reconnect(text, OptionalInt.of(code), null);
    }
  }

  /** Requests another token once; a second rejection is final. */
  private void onUnauthorized(OptionalInt code) {
    if (tokens.isSupplied() && !tokenRefreshed) {
      tokenRefreshed = true;
      dropSocket();
      retryIn(Duration.ZERO, "The server rejected the token; requesting a new one", code);
    } else {
      fail(
          MetricsClientException.of(ErrorCode.UNAUTHORIZED, "The server rejected the token", code));
    }
  }

  private void reportAndReconnect(MetricsClientException error, String reason) {
    events.onError(error);
    reconnect(reason, OptionalInt.empty(), null);
  }

  /** Drops the socket and schedules the next attempt. */
  private void reconnect(String reason, OptionalInt code, @Nullable Duration retryAfter) {
    dropSocket();
    Duration delay = backoff.next();
    if (backoff.attempts() > settings.maxAttempts()) {
      String message = "Gave up after " + settings.maxAttempts() + " attempts: " + reason;
      fail(MetricsClientException.of(ErrorCode.FAILED, message, code));
    } else {
      retryIn(retryAfter == null ? delay : delay.plus(retryAfter), reason, code);
    }
  }

  private void retryIn(Duration delay, String reason, OptionalInt code) {
    waitingToRetry = true;
    timers.schedule(delay, this::attempt);
    setState(ConnectionState.RECONNECTING, delay, code, reason);
  }

  private void fail(MetricsClientException error) {
    dropSocket();
    state = ConnectionState.FAILED;
    events.onError(error);
    setState(ConnectionState.FAILED, null, error.closeCode(), error.getMessage());
  }

  private void dropSocket() {
    generation++;
    timers.cancel();
    heartbeat.stop();
    clientId = null;
    Socket current = socket;
    socket = null;
    if (current != null) {
      current.drop();
    }
  }

  private void setState(
      ConnectionState newState,
      @Nullable Duration retryIn,
      OptionalInt code,
      @Nullable String reason) {
    state = newState;
    events.onState(
        new ConnectionChange(newState, clientId, backoff.attempts(), retryIn, code, reason));
  }
}
