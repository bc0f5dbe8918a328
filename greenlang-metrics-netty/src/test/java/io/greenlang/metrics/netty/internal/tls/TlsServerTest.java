package io.greenlang.metrics.netty.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks of the files of a certificate. */
final class TlsServerTest {

  @TempDir private Path folder;

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
}
