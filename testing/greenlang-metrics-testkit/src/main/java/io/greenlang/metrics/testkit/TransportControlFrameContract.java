package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pings, pongs, and how a connection ends. */
interface TransportControlFrameContract extends TransportContractPart {

  @Test
  default void ping_withPayload_isAnsweredWithIt() {
    rig().serve();
    RawWebSocket client = rig().raw();
    byte[] longest = "p".repeat(125).getBytes(StandardCharsets.US_ASCII);
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.PING, longest));
    RawWebSocketFrame pong = Objects.requireNonNull(client.frame());
    assertThat(pong.opcode()).isEqualTo(RawWebSocketFrame.PONG);
    assertThat(pong.payload()).isEqualTo(longest);
  }

  @Test
  default void ping_floodFromOneThatDoesNotRead_costsNoMemory() {
    rig().serve();
    RawWebSocket client = rig().keep(RawWebSocket.tcp(rig().server().url(), 4096));
    client.upgrade();
    client.message("welcome");
    byte[] ping = RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[125]).masked();
    byte[] many = new byte[100 * ping.length];
    for (int i = 0; i < 100; i++) {
      System.arraycopy(ping, 0, many, i * ping.length, ping.length);
    }
    long before = TransportResources.memory();
    for (int i = 0; i < 500; i++) {
      client.send(many);
    }
    assertThat(TransportResources.memory() - before).isLessThan(6L << 20);
    assertThat(rig().raw().ask("{\"type\":\"?\"}", "error").type()).isEqualTo("error");
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1003, 1011, 3000, 3999, 4000, 4999})
  default void close_validCode_isAnsweredInKindAndEnds(int code) {
    rig().serve();
    RawWebSocket client = rig().raw();
    client.send(RawWebSocketFrame.close(code));
    RawWebSocketFrame answer = Objects.requireNonNull(client.frame());
    assertThat(answer.opcode()).isEqualTo(RawWebSocketFrame.CLOSE);
    assertThat(answer.closeCode()).isEqualTo(code);
    assertThat(client.frame()).as("the server ends the connection first").isNull();
  }

  @Test
  default void close_empty_isAnsweredAndEnds() {
    rig().serve();
    RawWebSocket client = rig().raw();
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.CLOSE, new byte[0]));
    RawWebSocketFrame answer = Objects.requireNonNull(client.frame());
    assertThat(answer.opcode()).isEqualTo(RawWebSocketFrame.CLOSE);
    assertThat(client.frame()).isNull();
  }

  @Test
  default void close_thenMoreFrames_areIgnored() {
    rig().serve();
    RawWebSocket client = rig().raw();
    client.send(RawWebSocketFrame.close(1000));
    client.send(TransportRig.subscribe(""));
    assertThat(client.closeCode()).isEqualTo(1000);
    assertThat(client.frame()).isNull();
    assertThat(rig().hub().stats().feeds()).isZero();
  }

  @Test
  default void close_byTheServer_isSentOnce() {
    rig().serve();
    RawWebSocket client = rig().raw();
    // While the welcome is under way, Tomcat 10.1 cannot send its close frame, and just ends. It
    // answers a ping from the thread that reads, once nothing else is being sent.
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[0]));
    assertThat(Objects.requireNonNull(client.frame()).opcode()).isEqualTo(RawWebSocketFrame.PONG);
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.TEXT, new byte[] {(byte) 0xFF}));
    assertThat(client.closeCode()).isEqualTo(1007);
    client.send(RawWebSocketFrame.close(1007));
    assertThat(client.frame()).as("an answer is not answered").isNull();
  }
}
