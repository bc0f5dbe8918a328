package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Control frames: pings, pongs and the closing handshake. */
interface TransportControlFrameContract extends TransportContractPart {

  @Test
  default void ping_withPayload_pongEchoesIt() {
    rig().serve();
    RawWebSocket client = rig().raw();
    byte[] payload = "p".repeat(125).getBytes(StandardCharsets.US_ASCII);
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.PING, payload));
    RawWebSocketFrame pong = Objects.requireNonNull(client.frame());
    assertThat(pong.opcode()).isEqualTo(RawWebSocketFrame.PONG);
    assertThat(pong.payload()).isEqualTo(payload);
  }

  @Test
  default void ping_floodFromClientThatDoesNotRead_memoryIsBounded() {
    rig().serve();
    RawWebSocket client = rig().keep(RawWebSocket.tcp(rig().server().url(), 4096));
    client.upgrade();
    client.message("welcome");
    byte[] ping = RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[125]).masked();
    byte[] burst = new byte[100 * ping.length];
    for (int i = 0; i < 100; i++) {
      System.arraycopy(ping, 0, burst, i * ping.length, ping.length);
    }
    long before = TransportResources.memory();
    for (int i = 0; i < 500; i++) {
      client.send(burst);
    }
    assertThat(TransportResources.memory() - before).isLessThan(6L << 20);
    assertThat(rig().raw().ask("{\"type\":\"?\"}", "error").type()).isEqualTo("error");
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1003, 1011, 3000, 3999, 4000, 4999})
  default void close_validCode_isEchoedAndConnectionEnds(int code) {
    rig().serve();
    RawWebSocket client = rig().raw();
    client.send(RawWebSocketFrame.close(code));
    RawWebSocketFrame reply = Objects.requireNonNull(client.frame());
    assertThat(reply.opcode()).isEqualTo(RawWebSocketFrame.CLOSE);
    assertThat(reply.closeCode()).isEqualTo(code);
    assertThat(client.frame()).as("the server closes the TCP connection first").isNull();
  }

  @Test
  default void close_empty_isAnsweredAndConnectionEnds() {
    rig().serve();
    RawWebSocket client = rig().raw();
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.CLOSE, new byte[0]));
    RawWebSocketFrame reply = Objects.requireNonNull(client.frame());
    assertThat(reply.opcode()).isEqualTo(RawWebSocketFrame.CLOSE);
    assertThat(client.frame()).isNull();
  }

  @Test
  default void close_followedByFrames_ignoresThem() {
    rig().serve();
    RawWebSocket client = rig().raw();
    client.send(RawWebSocketFrame.close(1000));
    client.send(TransportRig.subscribe(""));
    assertThat(client.closeCode()).isEqualTo(1000);
    assertThat(client.frame()).isNull();
    assertThat(rig().hub().stats().feeds()).isZero();
  }

  @Test
  default void close_initiatedByServer_isSentOnce() {
    rig().serve();
    RawWebSocket client = rig().raw();
    // While the welcome is being sent, Tomcat 10.1 cannot send a close frame and drops the
    // connection
    // instead. Its reader thread answers a ping only when no other send is in progress.
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[0]));
    assertThat(Objects.requireNonNull(client.frame()).opcode()).isEqualTo(RawWebSocketFrame.PONG);
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.TEXT, new byte[] {(byte) 0xFF}));
    assertThat(client.closeCode()).isEqualTo(1007);
    client.send(RawWebSocketFrame.close(1007));
    assertThat(client.frame()).as("a close reply is not answered").isNull();
  }
}
