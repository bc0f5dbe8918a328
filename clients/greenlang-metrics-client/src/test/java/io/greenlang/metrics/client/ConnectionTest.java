package io.greenlang.metrics.client;

import static io.greenlang.metrics.client.fixture.ClientFixture.CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.client.fixture.ClientFixture;
import io.greenlang.metrics.client.fixture.FaultProxy;
import io.greenlang.metrics.client.fixture.FlowRecorder;
import io.greenlang.metrics.client.fixture.Recorder;
import io.greenlang.metrics.client.model.ConnectionState;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.Gap;
import io.greenlang.metrics.client.model.HistoryQuery;
import io.greenlang.metrics.client.model.MetricSubscription;
import io.greenlang.metrics.client.model.MetricsClientException;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The life of the connection: losses, refusals, and the end of the client. */
@Timeout(120)
class ConnectionTest {

  /** The port of the discard protocol, on which nothing listens. */
  private static final int CLOSED_PORT = 9;

  private final ClientFixture fixture = new ClientFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void cut_connection_isResumedAndReported() {
    fixture.serve();
    FaultProxy proxy = fixture.proxy();
    Recorder client =
        fixture.subscribe(
            fixture.client(ClientFixture.url(proxy.port())), MetricSubscription.of(CHANNEL));
    fixture.publish("n", 1);
    client.awaitMetrics(1);
    proxy.cut();
    fixture.publish("n", 2);
    client.awaitReconnects(1);
    fixture.publish("n", 3);
    client.awaitMetrics(3);
    assertThat(client.values("n")).containsExactly(1.0, 2.0, 3.0);
    assertThat(client.gaps()).containsExactly(Gap.afterReconnect(CHANNEL, true));
    assertThat(client.states())
        .containsExactly(
            ConnectionState.CONNECTED, ConnectionState.RECONNECTING, ConnectionState.CONNECTED);
  }

  @Test
  void cut_withoutResume_isReportedAsLost() {
    fixture.serve();
    FaultProxy proxy = fixture.proxy();
    Recorder client =
        fixture.subscribe(
            fixture.client(ClientFixture.url(proxy.port())).withoutResume(),
            MetricSubscription.of(CHANNEL));
    proxy.cut();
    client.awaitReconnects(1);
    client.await(() -> !client.gaps().isEmpty(), "the gap");
    assertThat(client.gaps()).containsExactly(Gap.afterReconnect(CHANNEL, false));
  }

  @Test
  void restart_server_isReportedAsLostAndSubscribedAgain() {
    MetricsWebSocketServer server = fixture.serve();
    int port = server.port();
    Recorder client = fixture.subscribe(MetricSubscription.of(CHANNEL).metrics("n"));
    server.stopForRestart();
    client.awaitState(ConnectionState.RECONNECTING);
    ClientFixture restarted = fixture.closeAfterTest(new ClientFixture());
    restarted.serve(builder -> builder.allowAnonymous().port(port));
    client.awaitReconnects(1);
    client.await(() -> !client.gaps().isEmpty(), "the gap");
    restarted.publish("other", 1);
    restarted.publish("n", 2);
    client.awaitMetrics(1);
    assertThat(client.gaps()).containsExactly(Gap.afterReconnect(CHANNEL, false));
    assertThat(client.values("n")).containsExactly(2.0);
    assertThat(client.values("other")).isEmpty();
  }

  @Test
  void freeze_server_isDetected() {
    fixture.serve();
    FaultProxy proxy = fixture.proxy();
    Recorder client =
        fixture.subscribe(
            fixture
                .client(ClientFixture.url(proxy.port()))
                .heartbeatTimeout(Duration.ofMillis(500))
                .connectTimeout(Duration.ofSeconds(2)),
            MetricSubscription.of(CHANNEL));
    proxy.freeze();
    client.awaitState(ConnectionState.RECONNECTING);
    proxy.thaw();
    client.awaitReconnects(1);
    assertThat(proxy.connections()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void delay_slowConnection_isNotTreatedAsLost() {
    fixture.serve();
    FaultProxy proxy = fixture.proxy();
    proxy.delay(Duration.ofMillis(300));
    Recorder client =
        fixture.subscribe(
            fixture.client(ClientFixture.url(proxy.port())), MetricSubscription.of(CHANNEL));
    for (int i = 1; i <= 30; i++) {
      fixture.publish("n", i);
    }
    client.awaitMetrics(30);
    assertThat(client.values("n")).isSorted().hasSize(30);
    assertThat(client.states()).containsExactly(ConnectionState.CONNECTED);
  }

  @Test
  void freeze_beforeWelcome_isReported() {
    fixture.serve();
    FaultProxy proxy = fixture.proxy();
    proxy.freeze();
    Recorder client =
        fixture.record(
            fixture
                .client(ClientFixture.url(proxy.port()))
                .connectTimeout(Duration.ofMillis(300))
                .maxAttempts(1));
    client.client().connect();
    client.awaitState(ConnectionState.FAILED);
    assertThat(client.errors()).extracting(MetricsClientException::code).contains(ErrorCode.FAILED);
  }

  @Test
  void connect_nothingListens_givesUpAfterTheAttempts() {
    Recorder client = fixture.record(fixture.client(ClientFixture.url(CLOSED_PORT)).maxAttempts(3));
    CompletableFuture<ConnectionState> ready = client.client().ready();
    client.client().connect();
    client.awaitState(ConnectionState.FAILED);
    assertThat(client.states())
        .containsExactly(
            ConnectionState.RECONNECTING,
            ConnectionState.RECONNECTING,
            ConnectionState.RECONNECTING,
            ConnectionState.FAILED);
    assertThatThrownBy(ready::join)
        .cause()
        .isInstanceOfSatisfying(
            MetricsClientException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED));
  }

  @Test
  void connect_otherPath_failsWithoutRetry() {
    fixture.serve();
    Recorder client = fixture.record(fixture.client(fixture.url() + "/other"));
    client.client().connect();
    client.awaitState(ConnectionState.FAILED);
    assertThat(client.states()).containsExactly(ConnectionState.FAILED);
    assertThat(client.errors()).singleElement().asString().contains("HTTP status 404");
  }

  @Test
  void connect_afterFailure_startsAgain() {
    fixture.serve();
    FaultProxy proxy = fixture.proxy();
    proxy.setRefusing(true);
    Recorder client =
        fixture.record(fixture.client(ClientFixture.url(proxy.port())).maxAttempts(0));
    client.client().connect();
    client.client().subscribe(MetricSubscription.of(CHANNEL));
    client.awaitState(ConnectionState.FAILED);
    proxy.setRefusing(false);
    client.client().connect();
    client.awaitState(ConnectionState.CONNECTED);
    client.client().subscribe(MetricSubscription.of(CHANNEL)).join();
    fixture.publish("n", 1);
    client.awaitMetrics(1);
  }

  @Test
  void calls_afterFailure_failAtOnceAndKeepTheSubscription() {
    fixture.serve();
    FaultProxy proxy = fixture.proxy();
    proxy.setRefusing(true);
    Recorder client =
        fixture.record(fixture.client(ClientFixture.url(proxy.port())).maxAttempts(0));
    client.client().connect();
    client.awaitState(ConnectionState.FAILED);
    for (CompletableFuture<?> call :
        List.of(
            client.client().ready(),
            client.client().history(HistoryQuery.of(CHANNEL, Instant.EPOCH)),
            client.client().subscribe(MetricSubscription.of(CHANNEL)))) {
      assertThatThrownBy(call::join)
          .cause()
          .isInstanceOfSatisfying(
              MetricsClientException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED));
    }
    proxy.setRefusing(false);
    client.client().connect();
    client.client().subscribe(MetricSubscription.of(CHANNEL)).join();
    fixture.publish("n", 1);
    client.awaitMetrics(1);
  }

  @Test
  void subscribe_confirmedBeforeTheFailure_failsUntilTheClientConnectsAgain() {
    fixture.serve();
    FaultProxy proxy = fixture.proxy();
    MetricSubscription subscription = MetricSubscription.of(CHANNEL);
    Recorder client =
        fixture.subscribe(
            fixture.client(ClientFixture.url(proxy.port())).maxAttempts(0), subscription);
    proxy.setRefusing(true);
    proxy.cut();
    client.awaitState(ConnectionState.FAILED);
    assertThatThrownBy(() -> client.client().subscribe(subscription).join())
        .cause()
        .isInstanceOfSatisfying(
            MetricsClientException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED));
    proxy.setRefusing(false);
    client.client().connect();
    client.client().subscribe(subscription).join();
    fixture.publish("n", 1);
    client.awaitMetrics(1);
  }

  /** The frozen server does not answer the close frame, for which the client waits a second. */
  @Test
  void connect_whileClosing_throwsAndLaterSubscribersComplete() throws InterruptedException {
    fixture.serve();
    FaultProxy proxy = fixture.proxy();
    Recorder client =
        fixture.subscribe(
            fixture.client(ClientFixture.url(proxy.port())), MetricSubscription.of(CHANNEL));
    proxy.freeze();
    Thread closing = new Thread(client::close, "closing");
    closing.start();
    client.awaitState(ConnectionState.CLOSED);
    assertThatThrownBy(() -> client.client().connect()).isInstanceOf(IllegalStateException.class);
    closing.join();
    FlowRecorder late = new FlowRecorder();
    client.client().metrics(CHANNEL).subscribe(late);
    assertThat(late.awaitEnd()).isEmpty();
  }

  @Test
  void close_connected_endsThreadsAndConnection() {
    MetricsWebSocketServer server = fixture.serve();
    Recorder client = fixture.subscribe(MetricSubscription.of(CHANNEL));
    client.close();
    client.close();
    assertThat(client.client().state()).isEqualTo(ConnectionState.CLOSED);
    ResourceUsage.await(() -> server.stats().connectedClients() == 0);
    ResourceUsage.await(
        () -> {
          System.gc(); // the selector thread of JDK 17 ends with its client
          return clientThreads() == 0;
        });
    assertThat(client.states()).containsExactly(ConnectionState.CONNECTED, ConnectionState.CLOSED);
  }

  private static long clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("greenlang-metrics-client"))
        .count();
  }

  @Test
  void close_pendingCalls_failWithClosed() {
    Recorder client = fixture.record(fixture.client(ClientFixture.url(CLOSED_PORT)));
    client.client().connect();
    CompletableFuture<?> subscribed = client.client().subscribe(MetricSubscription.of(CHANNEL));
    client.close();
    assertThatThrownBy(subscribed::join)
        .cause()
        .isInstanceOfSatisfying(
            MetricsClientException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    assertThatThrownBy(() -> client.client().unsubscribe(CHANNEL).join())
        .hasCauseInstanceOf(MetricsClientException.class);
    assertThatThrownBy(() -> client.client().connect()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void close_inListener_ends() throws InterruptedException {
    fixture.serve();
    Recorder client = fixture.record(fixture.client());
    CountDownLatch closed = new CountDownLatch(1);
    client
        .client()
        .onConnectionChange(
            change -> {
              client.client().close();
              closed.countDown();
            });
    client.client().connect();
    assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
    client.awaitState(ConnectionState.CLOSED);
    assertThat(client.client().state()).isEqualTo(ConnectionState.CLOSED);
  }

  @Test
  void executor_ofTheApplication_runsAllListeners() {
    fixture.serve();
    ExecutorService single =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "application"));
    fixture.closeAfterTest(single::shutdown);
    Recorder client = fixture.record(fixture.client().executor(single));
    CompletableFuture<String> thread = new CompletableFuture<>();
    client.client().onMetric(CHANNEL, m -> thread.complete(Thread.currentThread().getName()));
    client.client().connect();
    client.client().subscribe(MetricSubscription.of(CHANNEL)).join();
    fixture.publish("n", 1);
    assertThat(thread.join()).isEqualTo("application");
  }

  @Test
  void builder_invalidOptions_areRejected() {
    assertThatThrownBy(() -> MetricsClient.builder("http://localhost:8000/ws/metrics"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ws://localhost:8000/ws/metrics");
    MetricsClientBuilder builder = MetricsClient.builder("ws://localhost:8000/ws/metrics");
    assertThatThrownBy(() -> builder.maxPendingFrames(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.backoff(Duration.ofMillis(-1), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.connectTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
