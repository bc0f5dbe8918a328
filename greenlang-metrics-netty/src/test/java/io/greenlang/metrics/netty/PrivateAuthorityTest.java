package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.testkit.JavaProcess;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.IdentityProvider;
import io.greenlang.metrics.testkit.security.SigningKey;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Token keys at an https address whose certificate a private authority issued. */
@Timeout(300)
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

  /** Starts a server in a process, which reads the keys. */
  private JavaProcess serve(String... options) {
    return JavaProcess.builder(KeyReadingServer.class)
        .options(options)
        .log(folder.resolve("log"))
        .start(provider.keySetUrl());
  }

  /**
   * Connects clients with a valid token until a condition holds. On a busy machine, the first read
   * of a new process can exceed its 4 s; the next one begins 20 s later, with a client.
   */
  private void connectUntil(URI url, IntPredicate condition) {
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              try (RawWebSocket client = RawWebSocket.connect(url)) {
                String header = "Authorization: Bearer " + provider.token(key);
                return condition.test(client.handshake(header).status());
              }
            });
  }

  private static URI url(JavaProcess server) {
    return URI.create("ws://127.0.0.1:" + server.nextLine() + "/ws/metrics");
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void keys_trustStoreHasAuthority_areRead() {
    Path trustStore = folder.resolve("trust.p12");
    authority.writeTrustStore(trustStore, PASSWORD);
    try (JavaProcess server =
        serve(
            "-Djavax.net.ssl.trustStore=" + trustStore,
            "-Djavax.net.ssl.trustStorePassword=" + PASSWORD)) {
      connectUntil(url(server), status -> status == 101);
    }
    assertThat(provider.requests()).isPositive();
  }

  @Test
  void keys_authorityIsUnknown_areNotReadAndLogNamesReason() {
    try (JavaProcess server = serve("-Dorg.slf4j.simpleLogger.log.io.greenlang=debug")) {
      URI url = url(server);
      connectUntil(url, status -> log().contains("PKIX path building failed"));
      connectUntil(url, status -> status == 503);
    }
    assertThat(log())
        .contains("Failed to read the token keys of " + provider.keySetUrl())
        .contains("SSLHandshakeException");
    assertThat(provider.requests()).isZero();
  }
}
