package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.JavaProcess;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.IdentityProvider;
import io.greenlang.metrics.testkit.security.SigningKey;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Token keys at an https address whose certificate a private authority issued. */
@Timeout(120)
final class PrivateAuthorityTest {

  private static final String PASSWORD = "changeit";

  @TempDir private Path folder;

  private final TestCertificate authority = TestCertificate.create();
  private final SigningKey key = SigningKey.generate("ES256", "k");
  private final IdentityProvider provider = new IdentityProvider(authority.issue());

  @BeforeEach
  void publishKey() {
    provider.publish(key);
  }

  @AfterEach
  void close() {
    provider.close();
  }

  /** Starts a server in a process, and returns the status of a client with a valid token. */
  private int statusOfServer(String... options) {
    try (JavaProcess server =
        JavaProcess.builder(KeyReadingServer.class)
            .options(options)
            .log(folder.resolve("log"))
            .start(provider.keySetUrl())) {
      URI url = URI.create("ws://127.0.0.1:" + server.nextLine() + "/ws/metrics");
      try (RawWebSocket client = RawWebSocket.connect(url)) {
        return client.handshake("Authorization: Bearer " + provider.token(key)).status();
      }
    }
  }

  @Test
  void keys_trustStoreHasAuthority_areRead() {
    Path trustStore = folder.resolve("trust.p12");
    authority.writeTrustStore(trustStore, PASSWORD);
    assertThat(
            statusOfServer(
                "-Djavax.net.ssl.trustStore=" + trustStore,
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD))
        .isEqualTo(101);
    assertThat(provider.requests()).isPositive();
  }

  @Test
  void keys_authorityIsUnknown_areNotReadAndLogNamesReason() throws Exception {
    assertThat(statusOfServer()).isEqualTo(503);
    assertThat(Files.readString(folder.resolve("log")))
        .contains("Failed to read the token keys of " + provider.keySetUrl())
        .contains("SSLHandshakeException")
        .contains("PKIX path building failed");
    assertThat(provider.requests()).isZero();
  }
}
