package io.greenlang.metrics.client;

import io.greenlang.metrics.client.internal.ClientRuntime;
import io.greenlang.metrics.client.model.ClientStats;
import io.greenlang.metrics.client.model.ConnectionChange;
import io.greenlang.metrics.client.model.ConnectionState;
import io.greenlang.metrics.client.model.Gap;
import io.greenlang.metrics.client.model.HistoryPage;
import io.greenlang.metrics.client.model.HistoryQuery;
import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.MetricMetadata;
import io.greenlang.metrics.client.model.MetricSubscription;
import io.greenlang.metrics.client.model.MetricsClientException;
import io.greenlang.metrics.client.model.Registration;
import io.greenlang.metrics.client.model.SeriesLimit;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * A client for the metrics of one server. It reconnects after every failure of the connection,
 * until the server rejects it permanently or all attempts are used up; {@link #connect} then starts
 * again.
 *
 * <pre>{@code
 * MetricsClient client = MetricsClient.builder("ws://localhost:8000/ws/metrics").token(token).build();
 * client.onMetric("system.metrics", metric -> show(metric.name(), metric.value()));
 * client.subscribe(MetricSubscription.of("system.metrics"));
 * client.connect();
 * }</pre>
 *
 * <p><b>Resume.</b> As long as the server's history reaches back to the disconnection, listeners
 * receive exactly the metrics of an uninterrupted client: in the same order, each once. Otherwise
 * {@link #onGap} reports the loss before any later metric of the channel.
 *
 * <p><b>Threads.</b> The client has one thread for the protocol, which runs no code of the
 * application. All listeners are called one after another on the {@linkplain
 * MetricsClientBuilder#executor executor}, in the order of the events. Each subscriber of {@link
 * #metrics} is called on the executor independently of the others. Futures complete on the
 * executor. Do not wait for a future in a listener: the answer can be in a frame that waits for the
 * listener. Thread-safe.
 *
 * <p><b>Back-pressure.</b> The client reads at most {@linkplain
 * MetricsClientBuilder#maxPendingFrames 64 frames} that listeners and subscribers have not
 * processed. Then it stops reading, and discards nothing. The server merges what a slow client
 * misses: it sends a gap with the number of metrics, and the latest value of each series. One slow
 * subscriber therefore slows the whole client; use a separate client for it.
 */
public final class MetricsClient implements AutoCloseable {

  private final ClientRuntime runtime;

  MetricsClient(ClientRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * Returns a builder.
   *
   * @param url the address of the server's WebSocket, such as {@code
   *     ws://localhost:8000/ws/metrics}
   * @throws IllegalArgumentException if it is not a URL with the scheme {@code ws} or {@code wss}
   */
  public static MetricsClientBuilder builder(String url) {
    return new MetricsClientBuilder(URI.create(url));
  }

  /**
   * Connects. While a retry is scheduled, it retries at once; while connected or connecting, it
   * does nothing. Does not wait.
   *
   * @throws IllegalStateException if the client is closed
   */
  public void connect() {
    runtime.connect();
  }

  /**
   * Returns a future that completes when the client is connected.
   *
   * @return fails with {@link MetricsClientException} if the client fails or is closed. Without a
   *     connection it does not complete; use {@code orTimeout}
   */
  public CompletableFuture<ConnectionState> ready() {
    return runtime.ready();
  }

  /** Returns the state of the connection. */
  public ConnectionState state() {
    return runtime.state();
  }

  /**
   * Returns the server's label for this client in its logs; empty unless connected. It is not a
   * credential.
   */
  public Optional<String> clientId() {
    return Optional.ofNullable(runtime.clientId());
  }

  /**
   * Replaces the token and the token supplier. An open connection sends the token to the server at
   * once.
   *
   * @param token a JWT with the same {@code sub}
   */
  public void setToken(String token) {
    runtime.setToken(Objects.requireNonNull(token, "token"));
  }

  /**
   * Requests metrics, before or after {@link #connect}. The client repeats the request on each new
   * connection. It replaces earlier subscriptions to the same channels. The same request again has
   * no effect.
   *
   * @return completes with the channels when the server confirms, however many reconnects that
   *     takes; fails with {@link MetricsClientException} if the server rejects the request. {@link
   *     #onError} also reports the rejection, so the result can be ignored. If the client has
   *     failed, the result fails, and the next {@link #connect} requests the subscription
   */
  public CompletableFuture<List<String>> subscribe(MetricSubscription subscription) {
    return runtime.subscribe(Objects.requireNonNull(subscription, "subscription"));
  }

  /**
   * Ends subscriptions.
   *
   * @param channels the names or prefixes, as they were requested
   * @return completes when the server confirms, after the last metric
   */
  public CompletableFuture<Void> unsubscribe(String... channels) {
    return runtime.unsubscribe(List.of(channels));
  }

  /** Returns the requested subscriptions, without channels that later ones replaced. */
  public List<MetricSubscription> subscriptions() {
    return runtime.subscriptions();
  }

  /**
   * Calls a listener for each metric of the subscribed channels that {@code channel} matches.
   *
   * @param channel a name, a prefix such as {@code system.*}, or {@code *}
   */
  public Registration onMetric(String channel, Consumer<? super Metric> listener) {
    Objects.requireNonNull(listener, "listener");
    return runtime.dispatcher().addListener(requireChannel(channel), listener);
  }

  /**
   * Returns a publisher of the metrics of the subscribed channels that {@code channel} matches.
   * Each subscriber receives the metrics from its subscription on, as far as it requests them. It
   * ends with {@code onComplete} when the client is closed, and with {@code onError} when the
   * client fails.
   *
   * @param channel a name, a prefix such as {@code system.*}, or {@code *}
   */
  public Flow.Publisher<Metric> metrics(String channel) {
    requireChannel(channel);
    return subscriber ->
        runtime.dispatcher().subscribe(channel, Objects.requireNonNull(subscriber, "subscriber"));
  }

  /** Calls a listener when the connection opens, when it is lost, and after each failed attempt. */
  public Registration onConnectionChange(Consumer<? super ConnectionChange> listener) {
    return runtime.listeners().connectionChanges().add(listener);
  }

  /** Calls a listener for each error. Errors without a listener are logged. */
  public Registration onError(Consumer<? super MetricsClientException> listener) {
    return runtime.listeners().errors().add(listener);
  }

  /** Calls a listener for each loss of metrics, before any later metric of the channel. */
  public Registration onGap(Consumer<? super Gap> listener) {
    return runtime.listeners().gaps().add(listener);
  }

  /**
   * Calls a listener at most once per minute for each view that misses new series, because the
   * channel is at its limit. The stream has no gap.
   */
  public Registration onSeriesLimit(Consumer<? super SeriesLimit> listener) {
    return runtime.listeners().seriesLimits().add(listener);
  }

  /**
   * Calls a listener for each unit and description: before the first metric of that name, after a
   * change, and again after a reconnect. Requires {@link MetricSubscription#metadata}. With {@link
   * HistoryQuery#metadata}, it also calls the listener for those of each page of history.
   */
  public Registration onMetadata(Consumer<? super MetricMetadata> listener) {
    return runtime.listeners().metadata().add(listener);
  }

  /**
   * Loads history, all pages one after another. Waits for the connection if there is none yet, and
   * continues at the current page after a reconnect, or when the server's rate limit permits it.
   *
   * @return completes with at most {@link HistoryQuery#limit} metrics; fails with {@link
   *     MetricsClientException} if the server rejects the query, or the client has failed
   */
  public CompletableFuture<List<Metric>> history(HistoryQuery query) {
    return runtime.history(query, true).thenApply(HistoryPage::metrics);
  }

  /**
   * Loads one page of history, of at most 10,000 metrics. {@link HistoryPage#next} has the query
   * for the next page.
   *
   * @return fails with {@link MetricsClientException} if the server rejects the query
   */
  public CompletableFuture<HistoryPage> historyPage(HistoryQuery query) {
    return runtime.history(query, false);
  }

  /**
   * Returns the server's time, in any state after the first connection; empty before. Use it for
   * ranges of history: the local clock may be wrong.
   */
  public Optional<Instant> serverTime() {
    return Optional.ofNullable(runtime.serverTime());
  }

  /** Returns the counters since the creation of the client. */
  public ClientStats stats() {
    return runtime.stats();
  }

  /**
   * Closes the connection for good and waits until the client's thread has ended, which takes at
   * most about a second. Pending futures fail with {@code CLOSED}, and subscribers complete.
   * Idempotent; any thread may call it, also in a listener.
   */
  @Override
  public void close() {
    runtime.close();
  }

  private static String requireChannel(String channel) {
    if (channel.isEmpty()) {
      throw new IllegalArgumentException("the channel is empty; use * for all channels");
    }
    return channel;
  }
}
