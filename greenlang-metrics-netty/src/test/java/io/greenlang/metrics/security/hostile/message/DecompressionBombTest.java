package io.greenlang.metrics.security.hostile.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/** Threat: frames of a few bytes that inflate to gigabytes. */
class DecompressionBombTest {

  private static final int CLIENTS = AttackSize.of(100);

  @Test
  void deflate_offered_isNotAcceptedAndBombsAreRejected() throws Exception {
    byte[] bomb = bomb();
    try (AttackedServer server = AttackedServer.start()) {
      server.withstand(
          "decompression bombs",
          50,
          () -> {
            for (int i = 0; i < CLIENTS; i++) {
              RawWebSocket attacker =
                  server.closeAfterAttack(RawWebSocket.connect(server.url("attacker")));
              RawHttpConnection.Response response =
                  attacker.upgrade("Sec-WebSocket-Extensions: permessage-deflate");
              assertThat(response.head()).doesNotContain("permessage-deflate");
              attacker.send(RawWebSocketFrame.of(RawWebSocketFrame.TEXT, bomb).withRsv(4).masked());
              assertThat(attacker.awaitCloseCode()).isEqualTo(1002);
            }
          });
    }
  }

  /** Returns 60 MB of zeros in 60 KB. */
  private static byte[] bomb() {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(new byte[60_000_000]);
    deflater.finish();
    byte[] compressed = new byte[64_000];
    int length = deflater.deflate(compressed);
    deflater.end();
    return Arrays.copyOf(compressed, length);
  }
}
