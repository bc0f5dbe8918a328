package io.greenlang.metrics.security.hostile.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Threat: short messages that are expensive to decode. */
class MessageBombsTest {

  private static final int ROUNDS = AttackSize.of(5);

  /** The malformed messages after which the server closes with 4400. */
  private static final int MAX_MALFORMED = 10;

  private static List<RawWebSocketFrame> bombs() {
    return List.of(
        RawWebSocketFrame.text("[".repeat(65_000)),
        RawWebSocketFrame.text("{\"a\":".repeat(13_000)),
        RawWebSocketFrame.text("{\"type\":" + "9".repeat(60_000) + "}"),
        RawWebSocketFrame.text("{\"type\":\"?\",\"a\":1e999999999}"),
        RawWebSocketFrame.text("{\"type\":\"?\"," + collidingKeys() + "}"),
        RawWebSocketFrame.binary(repeat((byte) 0x91, 60_000)),
        RawWebSocketFrame.binary(bytes(0xdd, 0xff, 0xff, 0xff, 0xff)),
        RawWebSocketFrame.binary(bytes(0xdf, 0x40, 0, 0, 0)),
        RawWebSocketFrame.binary(bytes(0xc9, 0x7f, 0xff, 0xff, 0xff, 1)),
        RawWebSocketFrame.binary("{\"type\":\"pong\"}".getBytes(UTF_8)));
  }

  /** Returns 8,192 fields whose names have equal hash codes, as "Aa" and "BB" have. */
  private static String collidingKeys() {
    StringBuilder fields = new StringBuilder("\"z\":0");
    IntStream.range(0, 1 << 11)
        .forEach(
            i -> {
              fields.append(",\"");
              for (int bit = 0; bit < 11; bit++) {
                fields.append((i >> bit & 1) == 0 ? "Aa" : "BB");
              }
              fields.append("\":0");
            });
    return fields.toString();
  }

  private static byte[] repeat(byte value, int count) {
    byte[] all = new byte[count];
    Arrays.fill(all, value);
    return all;
  }

  private static byte[] bytes(int... values) {
    byte[] all = new byte[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) values[i];
    }
    return all;
  }

  @Test
  void bombs_ofBothEncodings_areAnsweredOrClosed() throws Exception {
    try (AttackedServer server = AttackedServer.start()) {
      server.withstand(
          "JSON and MessagePack bombs",
          50,
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              for (RawWebSocketFrame bomb : bombs()) {
                detonate(server, bomb);
              }
            }
          });
    }
  }

  /** Sends a bomb until the server closes the connection, and at most often enough for that. */
  private static void detonate(AttackedServer server, RawWebSocketFrame bomb) {
    RawWebSocket attacker = server.attacker();
    for (int i = 0; i < MAX_MALFORMED; i++) {
      attacker.send(bomb);
    }
    attacker.send(RawWebSocketFrame.close(1000));
    assertThat(attacker.awaitCloseCode()).isIn(1000, 4400);
    attacker.close();
  }
}
