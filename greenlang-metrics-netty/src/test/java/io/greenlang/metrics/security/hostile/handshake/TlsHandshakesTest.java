package io.greenlang.metrics.security.hostile.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.tls.ClientContexts;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Threat: TLS handshakes that are garbage or never finish. The witness and honest clients connect
 * with TLS too.
 */
@Timeout(300)
final class TlsHandshakesTest {

  private static final int CONNECTIONS = AttackSize.of(1_000);
  private static final Duration HONEST = Duration.ofSeconds(5);
  private static final double MAX_MEBIBYTES = 150;

  private final TlsSettings certificate = TestCertificate.create("RSA").pemFiles();
  private final Random random = new Random(7);

  private void withstand(String name, IntFunction<byte[]> start) throws Exception {
    try (AttackedServer server = AttackedServer.start(settings -> settings.tls(certificate))) {
      assertThat(server.url().getScheme()).isEqualTo("wss");
      URI tcp = URI.create(server.url().toString().replace("wss:", "ws:"));
      server.withstand(
          name,
          MAX_MEBIBYTES,
          () -> {
            for (int i = 0; i < CONNECTIONS; i++) {
              RawWebSocket attacker = server.closeAfterAttack(RawWebSocket.connect(tcp));
              attacker.send(start.apply(i));
            }
            assertThat(server.connectHonestClient()).isLessThan(HONEST);
          });
    }
  }

  /** The server signs for each of them, which costs more than anything else before a token. */
  @Test
  void handshakes_halfOpen_doNotDelayOthers() throws Exception {
    byte[] hello = ClientContexts.clientHello();
    withstand("half-open TLS handshakes", i -> hello);
  }

  @Test
  void handshakes_incomplete_doNotDelayOthers() throws Exception {
    byte[] hello = ClientContexts.clientHello();
    withstand(
        "incomplete TLS hellos", i -> Arrays.copyOf(hello, 1 + random.nextInt(hello.length - 1)));
  }

  @Test
  void handshakes_garbage_doNotDelayOthers() throws Exception {
    byte[] hello = ClientContexts.clientHello();
    withstand(
        "garbage instead of TLS",
        i -> {
          byte[] bytes = hello.clone();
          int changes = 1 + random.nextInt(50);
          for (int change = 0; change < changes; change++) {
            bytes[(i % 3 == 0 ? 0 : 1) + random.nextInt(bytes.length - 1)] =
                (byte) random.nextInt();
          }
          return bytes;
        });
  }
}
