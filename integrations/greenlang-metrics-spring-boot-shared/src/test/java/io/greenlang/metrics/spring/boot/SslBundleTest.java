package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.testkit.tls.ClientContexts;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** The SSL bundles of Spring Boot as the certificate of a separate port. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class SslBundleTest {

  private static final String PASSWORD = "correct_horse";

  @TempDir private Path folder;

  private final TestCertificate certificate = TestCertificate.create();

  private static ConfigurableApplicationContext start(List<String> properties) {
    List<String> all = new ArrayList<>(properties);
    all.add("--greenlang.metrics.jwt-secret=" + ShopApplication.SECRET);
    all.add("--greenlang.metrics.host=127.0.0.1");
    all.add("--greenlang.metrics.port=0");
    all.add("--greenlang.metrics.ssl.bundle=metrics");
    all.add("--spring.main.web-application-type=none");
    return ShopApplication.start(ShopApplication.class, all.toArray(String[]::new));
  }

  private List<String> pemBundle() {
    String prefix = "--spring.ssl.bundle.pem.metrics.";
    return List.of(
        prefix + "reload-on-update=true",
        prefix + "keystore.certificate=" + folder.resolve("cert.pem").toUri(),
        prefix + "keystore.private-key=" + folder.resolve("key.pem").toUri(),
        "--spring.ssl.bundle.watch.file.quiet-period=100ms");
  }

  private static MetricsWebSocketServer server(ConfigurableApplicationContext application) {
    return application.getBean(MetricsServerLifecycle.class).server();
  }

  private static Certificate served(MetricsWebSocketServer server) {
    try (SSLSocket socket =
        (SSLSocket)
            ClientContexts.trustingAll()
                .getSocketFactory()
                .createSocket("127.0.0.1", server.port())) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void start_pemBundle_servesItsCertificateAndReplacesIt(CapturedOutput output) {
    certificate.writePem(folder);
    try (ConfigurableApplicationContext application = start(pemBundle())) {
      MetricsWebSocketServer server = server(application);
      assertThat(served(server)).isEqualTo(certificate.certificate());

      TestCertificate renewed = TestCertificate.create("RSA").writePem(folder);
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(served(server)).isEqualTo(renewed.certificate()));
      assertThat(output.getAll()).doesNotContain("does not support SSL reloading");
    }
  }

  @Test
  void start_keystoreBundle_servesItsCertificate() {
    Path file = folder.resolve("keystore.p12");
    certificate.writeKeystore(file, PASSWORD);
    String prefix = "--spring.ssl.bundle.jks.metrics.keystore.";
    List<String> properties =
        List.of(
            prefix + "location=" + file.toUri(),
            prefix + "password=" + PASSWORD,
            prefix + "type=PKCS12");
    try (ConfigurableApplicationContext application = start(properties)) {
      assertThat(served(server(application))).isEqualTo(certificate.certificate());
    }
  }

  @Test
  void start_unknownBundle_failsWithTheNameOfTheProperty(CapturedOutput output) {
    assertThatThrownBy(() -> start(List.of()).close()).isInstanceOf(Exception.class);
    assertThat(output.getAll())
        .contains("The SSL bundle 'metrics' of the metrics server does not exist.")
        .contains("correct greenlang.metrics.ssl.bundle");
  }

  @Test
  void start_bundleWithoutKey_failsWithTheReason(CapturedOutput output) {
    certificate.writePem(folder);
    List<String> trustOnly =
        List.of(
            "--spring.ssl.bundle.pem.metrics.truststore.certificate="
                + folder.resolve("cert.pem").toUri());
    assertThatThrownBy(() -> start(trustOnly).close()).isInstanceOf(Exception.class);
    assertThat(output.getAll()).contains("the SSL bundle metrics: it has no keystore");
  }

  @Test
  void start_bundleAndFiles_failsWithTheNamesOfTheProperties(CapturedOutput output) {
    certificate.writePem(folder);
    List<String> both = new ArrayList<>(pemBundle());
    both.add("--greenlang.metrics.tls.certificate=" + folder.resolve("cert.pem"));
    assertThatThrownBy(() -> start(both).close()).isInstanceOf(Exception.class);
    assertThat(output.getAll())
        .contains("Remove greenlang.metrics.ssl.bundle, or all properties greenlang.metrics.tls.*");
  }
}
