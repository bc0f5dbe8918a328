package io.greenlang.metrics.client.internal;

import io.greenlang.metrics.client.internal.connection.Connection;
import io.greenlang.metrics.client.internal.connection.ConnectionEvents;
import io.greenlang.metrics.client.internal.connection.ConnectionSettings;
import io.greenlang.metrics.client.internal.connection.ReadWindow;
import io.greenlang.metrics.client.internal.connection.ThreadEventLoop;
import io.greenlang.metrics.client.internal.connection.TokenSource;
import io.greenlang.metrics.client.internal.delivery.EventQueue;
import io.greenlang.metrics.client.internal.delivery.MetricDispatcher;
import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.model.ClientStats;
import io.greenlang.metrics.client.model.ConnectionChange;
import io.greenlang.metrics.client.model.ConnectionState;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.Gap;
import io.greenlang.metrics.client.model.HistoryPage;
import io.greenlang.metrics.client.model.HistoryQuery;
import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.MetricSubscription;
import io.greenlang.metrics.client.model.MetricsClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The engine of one client. It connects the parts, each of which implements one concern. */
public final class ClientRuntime {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final ThreadEventLoop loop = new ThreadEventLoop();
  private final ConnectionSettings settings;
  private final Runnable releaseResources;
  private final TokenSource tokens;
  private final EventQueue queue;
  private final MetricDispatcher dispatcher;
  private final ClientListeners listeners;
  private final Counters counters = new Counters();
  private final Connection connection;
  private final Commands commands;
  private final Positions positions;
  private final Subscriptions subscriptions;
  private final HistoryRequests history;
  private final TokenRefresh tokenRefresh;
  private final List<Result<ConnectionState>> pendingReady = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Creates an engine that is not connected.
   *
   * @param maxPendingFrames the size of the read window
   * @param releaseResources runs after the client was closed
   */
  public ClientRuntime(
      ConnectionSettings settings,
      @Nullable String token,
      @Nullable Callable<String> tokenSupplier,
      int maxPendingFrames,
      Runnable releaseResources) {
    this.settings = settings;
    this.releaseResources = releaseResources;
    tokens = new TokenSource(settings.executor(), loop, token, tokenSupplier);
    queue = new EventQueue(settings.executor());
    dispatcher = new MetricDispatcher(queue, settings.executor());
    listeners = new ClientListeners(queue);
    ReadWindow window = new ReadWindow(maxPendingFrames);
    connection = new Connection(settings, loop, tokens, window, new Events());
    commands = new Commands(loop, connection::send, window::isPaused);
    positions = new Positions(settings.resume(), listeners.gaps()::notify);
    subscriptions =
        new Subscriptions(loop, commands, positions, settings.executor(), listeners::notifyError);
    history = new HistoryRequests(loop, commands, settings.executor());
    tokenRefresh =
        new TokenRefresh(
            loop,
            tokens,
            connection.serverClock(),
            commands,
            settings.refreshBefore(),
            listeners::notifyError);
  }

  /** Returns the metric listeners and subscribers. */
  public MetricDispatcher dispatcher() {
    return dispatcher;
  }

  /** Returns the listeners of other events. */
  public ClientListeners listeners() {
    return listeners;
  }

  /** Returns the state of the connection. */
  public ConnectionState state() {
    return connection.state();
  }

  /** Returns the server's label for this client; null unless connected. */
  public @Nullable String clientId() {
    return connection.clientId();
  }

  /** Returns the estimate of the server's time; null before the first connection. */
  public @Nullable Instant serverTime() {
    return connection.serverClock().now();
  }

  /** Returns the requested subscriptions. */
  public List<MetricSubscription> subscriptions() {
    return subscriptions.list();
  }

  /** Returns the counters. */
  public ClientStats stats() {
    return counters.snapshot(positions.duplicates(), queue.discarded(), commands.roundTrip());
  }

  /**
   * Connects, or retries at once.
   *
   * @throws IllegalStateException if the client is closed
   */
  public void connect() {
    if (!loop.execute(this::connectUnlessClosed) || closed.get()) {
      throw new IllegalStateException("the client is closed");
    }
  }

  /** Connects. A client that is being closed has ended its subscribers, and they stay ended. */
  private void connectUnlessClosed() {
    if (!closed.get()) {
      dispatcher.restart();
      connection.connect();
    }
  }

  /** Returns a future that completes when the client is connected. */
  public CompletableFuture<ConnectionState> ready() {
    return onLoop(
        () -> {
          Result<ConnectionState> result = new Result<>(settings.executor());
          if (state() == ConnectionState.CONNECTED) {
            result.resolve(ConnectionState.CONNECTED);
          } else {
            pendingReady.add(result);
          }
          return unlessEnded(result.future());
        });
  }

  /** Replaces the token, also on an open connection. */
  public void setToken(String token) {
    tokens.setToken(token);
    loop.execute(
        () -> {
          if (state() == ConnectionState.CONNECTED) {
            tokenRefresh.send(token);
          }
        });
  }

  /** Requests a subscription. A client that failed keeps it for the next {@link #connect}. */
  public CompletableFuture<List<String>> subscribe(MetricSubscription subscription) {
    return onLoop(() -> unlessEnded(subscriptions.add(subscription)));
  }

  /** Ends subscriptions. */
  public CompletableFuture<Void> unsubscribe(List<String> channels) {
    return onLoop(() -> subscriptions.remove(channels));
  }

  /** Loads one page of history, or all pages as one. */
  public CompletableFuture<HistoryPage> history(HistoryQuery query, boolean allPages) {
    return onLoop(() -> unlessEnded(history.get(query, allPages)));
  }

  /**
   * Fails a call in a state that only {@link #connect} ends: it would wait forever, or refer to a
   * connection that is lost.
   */
  private <T> CompletableFuture<T> unlessEnded(CompletableFuture<T> call) {
    if (!state().hasEnded()) {
      return call;
    }
    MetricsClientException error = endOf(state(), "Not connected: the client is " + state());
    rejectPending(error);
    Result<T> failed = new Result<>(settings.executor());
    failed.reject(error);
    return failed.future();
  }

  private void rejectPending(MetricsClientException error) {
    subscriptions.close(error);
    history.close(error);
    pendingReady.forEach(each -> each.reject(error));
    pendingReady.clear();
  }

  private static MetricsClientException endOf(ConnectionState state, String reason) {
    ErrorCode code = state == ConnectionState.CLOSED ? ErrorCode.CLOSED : ErrorCode.FAILED;
    return MetricsClientException.of(code, reason);
  }

  /** Closes the client and waits until its thread has ended. Idempotent. */
  public void close() {
    if (closed.compareAndSet(false, true)) {
      loop.execute(() -> connection.close(this::onEnded));
    }
    if (loop.isCurrentThread()) {
      return;
    }
    try {
      loop.awaitStopped(CLOSE_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the client ends without the caller
    }
  }

  private void onEnded() {
    loop.stop();
    releaseResources.run();
  }

  /** Runs a call on the event loop. Its result completes on the executor. */
  private <T> CompletableFuture<T> onLoop(Supplier<CompletableFuture<T>> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    boolean accepted =
        !closed.get()
            && loop.execute(
                () ->
                    action
                        .get()
                        .whenComplete((value, failure) -> complete(result, value, failure)));
    if (!accepted) {
      result.completeExceptionally(
          MetricsClientException.of(ErrorCode.CLOSED, "The client is closed"));
    }
    return result;
  }

  private static <T> void complete(
      CompletableFuture<T> result, T value, @Nullable Throwable failure) {
    if (failure == null) {
      result.complete(value);
    } else {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      result.completeExceptionally(cause == null ? failure : cause);
    }
  }

  /** The events of the connection, on the event loop. */
  private final class Events implements ConnectionEvents {

    @Override
    public void onWelcome() {
      counters.welcomes.incrementAndGet();
      tokenRefresh.onConnected(connection.token());
      subscriptions.resume();
      history.resume();
    }

    @Override
    public void onMessage(ServerMessage message, ReadWindow.Credit credit) {
      counters.frames.incrementAndGet();
      queue.setFrame(credit);
      try {
        handle(message, credit);
      } finally {
        queue.setFrame(null);
      }
    }

    private void handle(ServerMessage message, ReadWindow.Credit credit) {
      if (message instanceof ServerMessage.Metrics frame) {
        List<Metric> fresh = positions.accept(frame);
        counters.metrics.addAndGet(fresh.size());
        dispatcher.dispatch(frame.channel(), fresh, credit);
      } else if (message instanceof ServerMessage.Reply reply) {
        onReply(reply);
      } else if (message instanceof ServerMessage.Lagged lagged) {
        onLag(lagged);
      } else if (message instanceof ServerMessage.SeriesLimited limited) {
        counters.overSeriesLimit.addAndGet(limited.limit().missed());
        listeners.seriesLimits().notify(limited.limit());
      } else if (message instanceof ServerMessage.Metadata metadata) {
        metadata.metadata().forEach(listeners.metadata()::notify);
      }
    }

    private void onReply(ServerMessage.Reply reply) {
      if (reply instanceof ServerMessage.HistoryReply page) {
        page.metadata().forEach(listeners.metadata()::notify);
      }
      boolean completed = commands.complete(reply);
      if (!completed && reply instanceof ServerMessage.Failure failure) {
        onError(failure.error());
      }
    }

    private void onLag(ServerMessage.Lagged lagged) {
      counters.missed.addAndGet(lagged.missed().orElse(0));
      if (lagged.position() != null) {
        positions.moveTo(lagged.channel(), lagged.position());
      }
      listeners.gaps().notify(Gap.skipped(lagged.channel(), lagged.missed()));
    }

    @Override
    public void onError(MetricsClientException error) {
      if (error.code() == ErrorCode.MALFORMED_FRAME) {
        counters.malformed.incrementAndGet();
      }
      listeners.notifyError(error);
    }

    @Override
    public void onState(ConnectionChange change) {
      String reason = change.reason() == null ? change.state().name() : change.reason();
      if (change.isConnected()) {
        pendingReady.forEach(each -> each.resolve(ConnectionState.CONNECTED));
        pendingReady.clear();
      } else {
        subscriptions.pause();
        history.pause();
        tokenRefresh.stop();
        commands.failAll(MetricsClientException.of(ErrorCode.CONNECTION, reason));
      }
      if (change.state().hasEnded()) {
        terminate(change.state(), reason);
      }
      listeners.connectionChanges().notify(change);
    }

    private void terminate(ConnectionState state, String reason) {
      MetricsClientException error = endOf(state, reason);
      rejectPending(error);
      dispatcher.end(state == ConnectionState.CLOSED ? null : error);
    }
  }
}
