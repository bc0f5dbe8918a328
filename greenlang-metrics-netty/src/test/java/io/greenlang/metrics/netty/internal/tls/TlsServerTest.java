package io.greenlang.metrics.netty.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import io.greenlang.metrics.websocket.transport.TlsSettings.ServerCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks of the files of a certificate. */
final class TlsServerTest {

  @TempDir private Path folder;

  private TestCertificate supplied = TestCertificate.create();
  private boolean sealed;

  private ServerCertificate supply() {
    if (sealed) {
      throw new IllegalStateException("it is sealed");
    }
    return new ServerCertificate(supplied.key(), supplied.chain());
  }

  @Test
  void reloadIfChanged_filesAreBroken_logsOncePerMinuteAndRecovers() throws Exception {
    ConnectionLog.install();
    TestCertificate.create().writePem(folder);
    Path certificate = folder.resolve("cert.pem");
    TlsSettings settings = TlsSettings.pem(certificate, folder.resolve("key.pem"));
    try (TlsServer server = new TlsServer(settings, 1)) {
      assertThat(ConnectionLog.capture(server::reloadIfChanged)).as("unchanged").isEmpty();

      Files.delete(certificate);
      String first = ConnectionLog.capture(server::reloadIfChanged);
      assertThat(first)
          .contains("WARN")
          .contains("Failed to reload the TLS certificate; keeping the previous one")
          .contains(certificate + ": the file does not exist");
      Files.writeString(certificate, "garbage");
      assertThat(ConnectionLog.capture(server::reloadIfChanged)).doesNotContain("WARN");

      TestCertificate.create().writePem(folder);
      assertThat(ConnectionLog.capture(server::reloadIfChanged))
          .contains("Reloaded the TLS certificate of CN=localhost");
    }
  }

  @Test
  void reloadIfChanged_suppliedCertificate_isReplacedAndKeptWhenItsSupplierFails()
      throws Exception {
    ConnectionLog.install();
    TlsSettings settings = TlsSettings.supplied("the vault", this::supply);
    try (TlsServer server = new TlsServer(settings, 1)) {
      assertThat(ConnectionLog.capture(server::reloadIfChanged)).as("unchanged").isEmpty();

      sealed = true;
      assertThat(ConnectionLog.capture(server::reloadIfChanged))
          .contains("WARN", "cannot use the TLS certificate of the vault: it is sealed");

      supplied = TestCertificate.create("RSA");
      sealed = false;
      assertThat(ConnectionLog.capture(server::reloadIfChanged))
          .contains("Reloaded the TLS certificate of CN=localhost");
    }
  }

  @Test
  void create_suppliedKeyOfOtherCertificate_failsWithName() {
    TestCertificate certificate = TestCertificate.create();
    TestCertificate other = TestCertificate.create();
    TlsSettings settings =
        TlsSettings.supplied(
            "the vault", () -> new ServerCertificate(other.key(), certificate.chain()));
    assertThatThrownBy(() -> new TlsServer(settings, 1))
        .hasMessageContaining(
            "cannot use the TLS certificate of the vault: the key does not belong");
  }
}
