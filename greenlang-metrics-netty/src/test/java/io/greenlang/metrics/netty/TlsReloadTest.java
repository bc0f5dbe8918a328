package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.tls.ClientContexts;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are replaced while clients are connected. */
@Timeout(120)
final class TlsReloadTest {

  @TempDir private Path folder;

  private final TestCertificate before = TestCertificate.create();
  private final TestCertificate after = TestCertificate.create("RSA");
  private final List<NettyServer> servers = new ArrayList<>();

  private final TransportFixture fixture =
      new TransportFixture(
          builder -> {
            NettyServer started =
                NettyServer.start(
                    builder.tls(
                        TlsSettings.pem(folder.resolve("cert.pem"), folder.resolve("key.pem"))
                            .reloadEvery(Duration.ofSeconds(1))),
                    NettyTimeouts.DEFAULT); // the first handshake loads TLS
            servers.add(started);
            return started;
          },
          Map.of());

  @BeforeEach
  void captureLog() {
    ConnectionLog.install();
    before.writePem(folder);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private NettyServer server() {
    return servers.get(0);
  }

  private Certificate served() {
    try (SSLSocket socket =
        (SSLSocket)
            ClientContexts.trustingAll()
                .getSocketFactory()
                .createSocket("127.0.0.1", server().url().getPort())) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertReceives(RawWebSocket client, double value) {
    fixture.publish("orders", value);
    assertThat(client.nextMessage().values("orders")).containsExactly(value);
  }

  @Test
  void reload_filesChanged_newClientsGetNewCertificateAndOpenOnesStay() {
    fixture.serve();
    RawWebSocket client = fixture.connectSubscribed();
    assertThat(served()).isEqualTo(before.certificate());

    after.writePem(folder);
    ResourceUsage.await(() -> served().equals(after.certificate()));

    assertReceives(client, 1);
    assertReceives(fixture.connectSubscribed(), 2);
    assertThat(server().stats().connectedClients()).isEqualTo(2);
  }

  @Test
  void reload_brokenFile_keepsCertificateUntilItIsCorrected() {
    fixture.serve();
    RawWebSocket client = fixture.connectSubscribed();
    write("key.pem", after.keyPem());
    assertThatThrownBy(server().server()::reloadTls)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(folder.resolve("key.pem").toString())
        .hasMessageContaining("does not belong to the certificate");
    assertThat(served()).isEqualTo(before.certificate());
    assertReceives(client, 1);

    after.writePem(folder);
    ResourceUsage.await(() -> served().equals(after.certificate()));
  }

  private void write(String file, String content) {
    try {
      Files.writeString(folder.resolve(file), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void reload_requested_isEffectiveAtOnce() {
    fixture.serve();
    after.writePem(folder);
    server().server().reloadTls();
    assertThat(served()).isEqualTo(after.certificate());
    server().stop();
    assertThatThrownBy(server().server()::reloadTls).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void start_expiredCertificate_warnsWithDate() {
    Instant expiry = Instant.now().minus(Duration.ofHours(5)).truncatedTo(ChronoUnit.SECONDS);
    TestCertificate.expired(expiry).writePem(folder);
    String log = ConnectionLog.capture(fixture::serve);
    assertThat(log)
        .containsPattern("WARN .*clients reject it: it expired on " + expiry + "; renew it");
  }

  @Test
  void start_certificate_logsItsEndAndSecureAddresses() {
    String log = ConnectionLog.capture(fixture::serve);
    assertThat(log)
        .contains("valid until " + before.certificate().getNotAfter().toInstant())
        .containsPattern("Listening on .* \\((epoll|NIO), TLS: wss and https only\\)")
        .contains("Dashboard: https://127.0.0.1:" + server().url().getPort() + "/")
        .doesNotContain("http://");
  }

  @Test
  void start_keyOfOtherCertificate_failsWithFileAndRemedy() {
    write("key.pem", after.keyPem());
    assertThatThrownBy(fixture::serve)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("TLS_KEY")
        .hasMessageContaining(folder.resolve("key.pem").toString())
        .hasMessageContaining("use the key that the certificate was requested with");
  }
}
