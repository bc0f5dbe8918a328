package io.greenlang.metrics.security.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Threat: messages that never end, in fragments of one byte or none. */
class EndlessFragmentsTest {

  private static final int CLIENTS = 50;
  private static final int FRAGMENTS = 10_000 * AttackedServer.SCALE;
  private static final int BURST = 1_000;

  @Test
  void fragments_ofOneByteWithoutEnd_areBoundedAndClosed() throws Exception {
    try (AttackedServer server = AttackedServer.start()) {
      List<RawWebSocket> attackers = new ArrayList<>();
      server.withstand(
          "endless fragments",
          50,
          () -> {
            for (int i = 0; i < CLIENTS; i++) {
              RawWebSocket attacker = server.attacker();
              attacker.send(RawWebSocketFrame.text("{").withoutFin());
              attackers.add(attacker);
            }
            sendRounds(attackers, burst());
          });
    }
  }

  @Test
  void fragments_ofOneByteBeyondTheLimit_areClosedWith1009() throws Exception {
    try (AttackedServer server = AttackedServer.start()) {
      server.withstand(
          "64 KiB in fragments",
          50,
          () -> {
            RawWebSocket attacker = server.attacker();
            attacker.send(RawWebSocketFrame.text("{").withoutFin());
            byte[] burst = burst();
            for (int sent = 0; sent <= 66_000; sent += BURST) {
              attacker.send(burst);
            }
            assertThat(attacker.awaitCloseCode()).isEqualTo(1009);
          });
    }
  }

  /** Each client is in the middle of a message for the whole attack. */
  private static void sendRounds(List<RawWebSocket> attackers, byte[] burst) {
    for (int sent = 0; sent < FRAGMENTS; sent += BURST) {
      for (RawWebSocket attacker : attackers) {
        attacker.send(burst); // false once the server has closed the connection
      }
    }
  }

  private static byte[] burst() {
    byte[] fragment =
        new RawWebSocketFrame(false, 0, RawWebSocketFrame.CONTINUATION, "x".getBytes(US_ASCII))
            .masked();
    byte[] all = new byte[BURST * fragment.length];
    for (int i = 0; i < BURST; i++) {
      System.arraycopy(fragment, 0, all, i * fragment.length, fragment.length);
    }
    return all;
  }
}
