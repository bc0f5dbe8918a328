package io.greenlang.metrics.testkit.transport.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Control frames: pings, pongs and the closing handshake. */
public interface ControlFrameContract extends ContractPart {

  @Test
  default void ping_withPayload_pongEchoesIt() {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    byte[] payload = "p".repeat(125).getBytes(StandardCharsets.US_ASCII);
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.PING, payload));
    RawWebSocketFrame pong = Objects.requireNonNull(client.nextFrame());
    assertThat(pong.opcode()).isEqualTo(RawWebSocketFrame.PONG);
    assertThat(pong.payload()).isEqualTo(payload);
  }

  @Test
  default void ping_floodFromClientThatDoesNotRead_memoryIsBounded() {
    fixture().serve();
    RawWebSocket client =
        fixture().closeAfterTest(RawWebSocket.connect(fixture().server().url(), 4096));
    client.upgrade();
    client.nextMessage("welcome");
    byte[] ping = RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[125]).masked();
    byte[] burst = new byte[100 * ping.length];
    for (int i = 0; i < 100; i++) {
      System.arraycopy(ping, 0, burst, i * ping.length, ping.length);
    }
    long before = ResourceUsage.usedMemoryBytes();
    sendOrStall(client, burst, 500);
    assertThat(ResourceUsage.usedMemoryBytes() - before).isLessThan(6L << 20);
    assertThat(fixture().connectRaw().ask("{\"type\":\"?\"}", "error").type()).isEqualTo("error");
  }

  /**
   * Sends bursts until the server has accepted all of them, or for ten seconds: it may stop reading
   * while its answers cannot be sent, and the sockets need not have room for all of them.
   */
  private static void sendOrStall(RawWebSocket client, byte[] burst, int count) {
    CompletableFuture.runAsync(
            () -> {
              int sent = 0;
              while (sent < count && client.send(burst)) {
                sent++;
              }
            },
            action -> new Thread(action, "ping flood").start())
        .completeOnTimeout(null, 10, TimeUnit.SECONDS)
        .join();
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1003, 1011, 3000, 3999, 4000, 4999})
  default void close_validCode_isEchoedAndConnectionEnds(int code) {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    client.send(RawWebSocketFrame.close(code));
    RawWebSocketFrame reply = Objects.requireNonNull(client.nextFrame());
    assertThat(reply.opcode()).isEqualTo(RawWebSocketFrame.CLOSE);
    assertThat(reply.closeCode()).isEqualTo(code);
    assertThat(client.nextFrame()).as("the server closes the TCP connection first").isNull();
  }

  @Test
  default void close_empty_isAnsweredAndConnectionEnds() {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.CLOSE, new byte[0]));
    RawWebSocketFrame reply = Objects.requireNonNull(client.nextFrame());
    assertThat(reply.opcode()).isEqualTo(RawWebSocketFrame.CLOSE);
    assertThat(client.nextFrame()).isNull();
  }

  @Test
  default void close_followedByFrames_ignoresThem() {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    client.send(RawWebSocketFrame.close(1000));
    client.send(TransportFixture.subscribe(""));
    assertThat(client.awaitCloseCode()).isEqualTo(1000);
    assertThat(client.nextFrame()).isNull();
    assertThat(fixture().hub().stats().feeds()).isZero();
  }

  @Test
  default void close_initiatedByServer_isSentOnce() {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    TransportFixture.awaitSendsCompleted(client);
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.TEXT, new byte[] {(byte) 0xFF}));
    assertThat(client.awaitCloseCode()).isEqualTo(1007);
    client.send(RawWebSocketFrame.close(1007));
    assertThat(client.nextFrame()).as("a close reply is not answered").isNull();
  }
}
