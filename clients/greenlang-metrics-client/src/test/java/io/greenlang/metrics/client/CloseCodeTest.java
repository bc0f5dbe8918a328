package io.greenlang.metrics.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.client.fixture.ClientFixture;
import io.greenlang.metrics.client.fixture.Recorder;
import io.greenlang.metrics.client.fixture.ScriptedServer;
import io.greenlang.metrics.client.model.ConnectionState;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.MetricSubscription;
import io.greenlang.metrics.client.model.MetricsClientException;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Close codes, HTTP statuses and frames that the real server sends rarely, or never. */
@Timeout(120)
class CloseCodeTest {

  private static final RawWebSocketFrame WELCOME = RawWebSocketFrame.text(ScriptedServer.WELCOME);

  private final ClientFixture fixture = new ClientFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private Recorder connect(ScriptedServer server, int maxAttempts) {
    fixture.closeAfterTest(server);
    Recorder client = fixture.record(fixture.client(server.url()).maxAttempts(maxAttempts));
    client.client().connect();
    return client;
  }

  @ParameterizedTest
  @ValueSource(ints = {4400, 4402, 4403})
  void close_finalCode_failsWithIt(int code) {
    ScriptedServer server = ScriptedServer.sending(WELCOME, RawWebSocketFrame.close(code));
    Recorder client = connect(server, 5);
    client.awaitState(ConnectionState.FAILED);
    client.await(() -> !client.errors().isEmpty(), "the error");
    assertThat(client.errors().get(0).code()).isEqualTo(ErrorCode.FAILED);
    assertThat(client.errors().get(0).closeCode()).hasValue(code);
    assertThat(server.connections()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1001, 1011, 1012, 1013, 4408, 4429})
  void close_otherCode_isRetried(int code) {
    Recorder client = connect(ScriptedServer.sending(WELCOME, RawWebSocketFrame.close(code)), 2);
    client.awaitState(ConnectionState.FAILED);
    assertThat(client.states())
        .containsSubsequence(
            ConnectionState.CONNECTED,
            ConnectionState.RECONNECTING,
            ConnectionState.CONNECTED,
            ConnectionState.RECONNECTING,
            ConnectionState.FAILED);
  }

  @Test
  void close_4401_asksTheSupplierOnceMore() {
    ScriptedServer server =
        fixture.closeAfterTest(ScriptedServer.sending(WELCOME, RawWebSocketFrame.close(4401)));
    AtomicInteger calls = new AtomicInteger();
    Recorder client =
        fixture.record(
            fixture
                .client(server.url())
                .minUptime(Duration.ofHours(1)) // a connection that lasts permits another call
                .tokenSupplier(() -> "token" + calls.incrementAndGet()));
    client.client().connect();
    client.awaitState(ConnectionState.FAILED);
    assertThat(calls).hasValue(2);
    client.await(() -> !client.errors().isEmpty(), "the error");
    assertThat(client.errors().get(0).code()).isEqualTo(ErrorCode.UNAUTHORIZED);
  }

  @Test
  void close_afterTokenError_countsAsUnauthorized() {
    RawWebSocketFrame error =
        RawWebSocketFrame.text(
            "{\"type\":\"error\",\"code\":\"TOKEN_EXPIRED\",\"message\":\"expired\"}");
    Recorder client =
        connect(ScriptedServer.sending(WELCOME, error, RawWebSocketFrame.close(1000)), 5);
    client.awaitState(ConnectionState.FAILED);
    assertThat(client.errors())
        .extracting(MetricsClientException::code)
        .containsExactly(ErrorCode.TOKEN_EXPIRED, ErrorCode.UNAUTHORIZED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{",
        "null",
        "{\"type\":5}",
        "{\"type\":\"lagged\",\"channel\":\"c\",\"missed\":\"x\"}",
        "{\"channel\":\"c\",\"name\":\"n\",\"type\":\"gauge\",\"value\":\"x\","
            + "\"timestamp\":\"2026-01-01T00:00:00Z\"}",
        "{\"channel\":\"c\",\"name\":\"n\",\"type\":\"gauge\",\"value\":1,\"timestamp\":\"x\"}"
      })
  void frame_malformed_isReportedAndSkipped(String text) {
    RawWebSocketFrame metric =
        RawWebSocketFrame.text(
            "{\"channel\":\"c\",\"name\":\"n\",\"type\":\"ratio\",\"value\":null,"
                + "\"timestamp\":\"2026-01-01T00:00:00Z\",\"hits\":3}");
    Recorder client =
        connect(ScriptedServer.sending(WELCOME, RawWebSocketFrame.text(text), metric), 0);
    client.awaitMetrics(1);
    assertThat(client.errors())
        .extracting(MetricsClientException::code)
        .startsWith(ErrorCode.MALFORMED_FRAME);
    assertThat(client.metrics().get(0).value()).isNaN();
    assertThat(client.metrics().get(0).statistic("hits")).hasValue(3);
    assertThat(client.client().stats().malformed()).isEqualTo(1);
  }

  /** MessagePack that is not a message: truncated, too long for its frame, too deep, or no map. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c1",
        "81",
        "90",
        "81a4747970",
        "81a474797065c0",
        "80c0",
        "dfffffffff",
        "81a46d657373ddffffffff",
        "81a474797065dbffffffff41",
        "81a474797065c6ffffffff41",
        "81a474797065a2ff80",
        "81a474797065d501020304",
        "8101a474797065"
      })
  void frame_hostileMessagePack_isReportedAndSkipped(String hex) {
    requireReportedAndSkipped(HexFormat.of().parseHex(hex));
  }

  @Test
  void frame_nestedTooDeep_isReportedAndSkipped() {
    // Short: JDK 17 can stall on more than 16 KB that arrive with the answer to the handshake.
    byte[] nested = new byte[10_000];
    Arrays.fill(nested, (byte) 0x91); // a list of one element
    nested[0] = (byte) 0x81; // a map of one field
    nested[1] = (byte) 0xa0; // whose name is empty
    requireReportedAndSkipped(nested);
  }

  private void requireReportedAndSkipped(byte[] hostile) {
    byte[] metric =
        HexFormat.of()
            .parseHex(
                "85a76368616e6e656ca163a46e616d65a16ea474797065a56761756765a576616c756507a9"
                    + "74696d657374616d70b4323032362d30312d30315430303a30303a30305a");
    Recorder client =
        connect(
            ScriptedServer.sending(
                WELCOME, RawWebSocketFrame.binary(hostile), RawWebSocketFrame.binary(metric)),
            0);
    client.awaitMetrics(1);
    assertThat(client.values("n")).containsExactly(7.0);
    assertThat(client.errors())
        .extracting(MetricsClientException::code)
        .startsWith(ErrorCode.MALFORMED_FRAME);
    assertThat(client.client().stats().malformed()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 503 Service Unavailable", "HTTP/1.1 429 Too Many Requests"})
  void handshake_retryAfter_isHonoured(String status) {
    ScriptedServer server =
        fixture.closeAfterTest(
            ScriptedServer.answering(status, "Retry-After: 7", "Content-Length: 0"));
    Recorder client = fixture.record(fixture.client(server.url()));
    CompletableFuture<Long> wait = new CompletableFuture<>();
    client
        .client()
        .onConnectionChange(
            change -> {
              if (change.retryIn() != null) {
                wait.complete(change.retryIn().toSeconds());
              }
            });
    client.client().connect();
    assertThat(wait.join()).isEqualTo(7);
  }

  @Test
  void handshake_notAMetricsServer_isReported() {
    ScriptedServer server =
        fixture.closeAfterTest(
            ScriptedServer.sending(RawWebSocketFrame.text("{\"type\":\"hello\"}")));
    Recorder client =
        fixture.record(
            fixture.client(server.url()).connectTimeout(Duration.ofSeconds(1)).maxAttempts(0));
    client.client().connect();
    client.awaitState(ConnectionState.FAILED);
    assertThat(client.errors())
        .extracting(MetricsClientException::code)
        .containsExactly(ErrorCode.NO_WELCOME, ErrorCode.FAILED);
  }

  @Test
  void end_withoutCloseFrame_isNoticedWithoutHeartbeat() {
    ScriptedServer server = fixture.closeAfterTest(ScriptedServer.sending(WELCOME));
    Recorder client =
        fixture.record(
            fixture.client(server.url()).heartbeatTimeout(Duration.ofHours(1)).maxAttempts(0));
    client.client().connect();
    client.client().subscribe(MetricSubscription.of("c")); // the server ends at this command
    client.awaitState(ConnectionState.FAILED);
    assertThat(client.states()).containsExactly(ConnectionState.CONNECTED, ConnectionState.FAILED);
  }
}
