package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The lifetime of HTTP connections. */
final class HttpConnectionTest {

  private final NettyFixture fixture = new NettyFixture(builder -> builder.allowAnonymous());

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void health_connectedClient_isReported() {
    RawWebSocket webSocket = RawWebSocket.open(fixture.server().url());
    webSocket.nextMessage("welcome");
    RawHttpConnection.Response response = fixture.connect().request("GET /health");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.head()).contains("content-type: application/json\r\n");
    assertThat(response.body())
        .matches("\\{\"status\":\"UP\",\"uptime_seconds\":\\d+,\"connected_clients\":1}");
    webSocket.close();
  }

  @Test
  void requests_sequential_shareOneConnection() {
    RawWebSocket client = fixture.connect();
    for (int i = 0; i < 10; i++) {
      assertThat(client.request("GET /app.js").status()).isEqualTo(200);
      assertThat(client.request("GET /health").status()).isEqualTo(200);
    }
  }

  @Test
  void request_connectionClose_closesAfterResponse() {
    RawWebSocket client = fixture.connect();
    assertThat(client.request("GET /health", "Connection: close").status()).isEqualTo(200);
    assertThat(client.nextFrame()).isNull();
  }

  @Test
  void requests_pipelinedAndNeverRead_closeConnection() {
    RawWebSocket greedy = fixture.connect(2048);
    byte[] gets =
        new String(greedy.requestHead("GET /app.js"), StandardCharsets.US_ASCII)
            .repeat(100)
            .getBytes(StandardCharsets.US_ASCII);
    long before = ResourceUsage.usedMemoryBytes();
    int sent = 0;
    while (greedy.send(gets)) {
      sent += 100;
    }
    assertThat(sent).as("requests accepted before the server closed the connection").isPositive();
    ResourceUsage.await(() -> ResourceUsage.usedMemoryBytes() - before < 4L << 20);
    greedy.close();
    assertThat(fixture.connect().request("GET /health").status()).isEqualTo(200);
  }

  @Test
  void request_sentByteByByte_timesOut() {
    RawWebSocket client = fixture.connect();
    byte[] get = client.requestHead("GET /health", "X: " + "x".repeat(8000));
    ResourceUsage.await(() -> !sendNextByte(client, get));
    assertThat(client.nextFrame()).isNull();
  }

  @Test
  void request_malformed_getsResponseBeforeClose() {
    RawWebSocket client = fixture.connect();
    client.send("NONSENSE\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertThat(client.nextResponse(false).status()).isEqualTo(400);
    assertThat(client.nextFrame()).isNull();
  }

  @Test
  void request_endlessHeaders_getsResponseBeforeClose() {
    byte[] header = ("X: " + "x".repeat(1000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    RawWebSocket client = fixture.connect();
    client.send("GET /health HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < 200; i++) {
      client.send(header);
    }
    assertThat(client.nextResponse(false).status()).isEqualTo(431);
  }

  @Test
  void request_tooManyHeaders_isRejected() {
    String[] headers = new String[100];
    Arrays.fill(headers, "X: y");
    assertThat(fixture.connect().request("GET /health", headers).status()).isEqualTo(431);
    String[] fewer = Arrays.copyOf(headers, 99);
    assertThat(fixture.connect().request("GET /health", fewer).status()).isEqualTo(200);
  }

  @Test
  void request_longTarget_isRejected() {
    assertThat(fixture.connect().request("GET /" + "a".repeat(20_000)).status()).isEqualTo(414);
  }

  @Test
  void request_hugeBody_isRejected() {
    assertThat(fixture.connect().request("POST /health", "Content-Length: 1000000000").status())
        .isEqualTo(413);
  }

  /** Any client can do this as often as it likes, so it must not cause warnings. */
  @Test
  void request_resetWithinHead_logsNoWarning() {
    ConnectionLog.install();
    NettyFixture patient =
        new NettyFixture(builder -> builder.allowAnonymous(), NettyServer.PATIENT);
    String log =
        ConnectionLog.capture(
            () -> {
              RawWebSocket client = patient.connect();
              client.send("GET /health HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII));
              ResourceUsage.await(() -> patient.server().pending().bytes() > 0);
              client.reset();
              ResourceUsage.await(() -> patient.server().pending().size() == 0);
              patient.close(); // everything is logged once the threads of the server have stopped
            });
    assertThat(log).contains("HTTP connection ended").doesNotContain("WARN");
  }

  /** Sends one more byte; returns false once the server has closed the connection. */
  private boolean sendNextByte(RawWebSocket client, byte[] get) {
    return client.send(new byte[] {get[bytesSent++ % get.length]});
  }

  private int bytesSent;
}
