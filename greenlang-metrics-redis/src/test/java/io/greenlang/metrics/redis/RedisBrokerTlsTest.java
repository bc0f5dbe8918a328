package io.greenlang.metrics.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections to a server whose certificate is valid for {@code localhost} only. */
final class RedisBrokerTlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path directory;

  private KeyStore certificate() throws Exception {
    Path file = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "redis",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private String write(String name, String kind, byte[] content) throws IOException {
    String base64 = Base64.getMimeEncoder().encodeToString(content);
    Path file = directory.resolve(name);
    Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    return file.toString();
  }

  private static SSLContext trusting(KeyStore keys) throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("redis", keys.getCertificate("redis"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @Test
  void rediss_trustedCertificate_isAcceptedForItsNameOnly() throws Exception {
    KeyStore keys = certificate();
    String certificate =
        write("cert.pem", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
    String key = write("key.pem", "PRIVATE KEY", keys.getKey("redis", PASSWORD).getEncoded());
    try (RedisServer redis =
        RedisServer.start(
            "--tls-port",
            RedisServer.FREE_PORT,
            "--tls-cert-file",
            certificate,
            "--tls-key-file",
            key,
            "--tls-ca-cert-file",
            certificate,
            "--tls-auth-clients",
            "no")) {
      assertThat(redis.info("redis_version")).isNotNull();
      String port = redis.option("--tls-port");
      try (Instance one =
              Instance.start(Instance.builder("rediss://localhost:" + port).tls(trusting(keys)));
          Instance two = Instance.start(redis.url())) {
        one.publish(1);
        two.awaitValues(1);
        one.awaitConnected();
      }
      try (Instance wrongName =
          Instance.start(Instance.builder("rediss://127.0.0.1:" + port).tls(trusting(keys)))) {
        assertThat(Objects.requireNonNull(wrongName.awaitProblem().broker.state().problem()))
            .contains("127.0.0.1");
      }
      try (Instance untrusted = Instance.start("rediss://localhost:" + port)) {
        assertThat(untrusted.awaitProblem().broker.state().problem()).contains("certif");
      }
    }
  }
}
