package io.greenlang.metrics.security.hostile.message;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.security.ResourceFigures;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Threat: messages that never end, in fragments of one byte or none. The server closes each client
 * in the middle of its 131,000 fragments, when the message exceeds 64 KiB or 10 s.
 */
class EndlessFragmentsTest {

  private static final int CLIENTS = 50;
  private static final int FRAGMENTS = AttackSize.of(131_000);

  /** Fragments that leave each message below its limit of 64 KiB, with memory on the server. */
  private static final int INCOMPLETE_FRAGMENTS = 60_000;

  private static final double MAX_MEBIBYTES = 50;
  private static final int BURST = 1_000;

  /** The level of the leak detector outside of this class. */
  private static final ResourceLeakDetector.Level LEVEL = ResourceLeakDetector.getLevel();

  /**
   * Samples buffers as in production. The detector of the other tests records a stack trace for
   * each of a million fragments, which is most of the work and delays every client.
   */
  @BeforeAll
  static void detectLeaksBySample() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
  }

  @AfterAll
  static void restoreLeakDetector() {
    ResourceLeakDetector.setLevel(LEVEL);
  }

  @Test
  void fragments_ofOneByteWithoutEnd_areBoundedAndClosed() throws Exception {
    try (AttackedServer server = AttackedServer.start()) {
      List<RawWebSocket> attackers = new ArrayList<>();
      server.withstand(
          "endless fragments",
          MAX_MEBIBYTES,
          () -> {
            for (int i = 0; i < CLIENTS; i++) {
              RawWebSocket attacker = server.attacker();
              attacker.send(RawWebSocketFrame.text("{").withoutFin());
              attackers.add(attacker);
            }
            ResourceFigures before = ResourceFigures.measure();
            sendRounds(attackers, INCOMPLETE_FRAGMENTS);
            ResourceFigures.measure().assertMemoryWithin(before, MAX_MEBIBYTES);
            sendRounds(attackers, FRAGMENTS - INCOMPLETE_FRAGMENTS);
            ResourceUsage.await(() -> server.stats().connectedClients() == 1);
          });
    }
  }

  @Test
  void fragments_ofOneByteBeyondTheLimit_areClosedWith1009() throws Exception {
    try (AttackedServer server = AttackedServer.start()) {
      server.withstand(
          "64 KiB in fragments",
          MAX_MEBIBYTES,
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

  /** Sends fragments in turn, so that each client is in the middle of a message. */
  private static void sendRounds(List<RawWebSocket> attackers, int fragments) {
    byte[] burst = burst();
    for (int sent = 0; sent < fragments; sent += BURST) {
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
