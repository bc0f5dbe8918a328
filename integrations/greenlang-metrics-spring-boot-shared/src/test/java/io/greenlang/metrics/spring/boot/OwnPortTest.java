package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.testkit.tls.ClientContexts;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Applications whose metrics have a separate port. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class OwnPortTest {

  private static final String SECRET = "--greenlang.metrics.jwt-secret=" + ShopApplication.SECRET;

  @ParameterizedTest
  @ValueSource(strings = {"servlet", "reactive", "none"})
  void start_ownPort_servesMetricsAndDashboardAndCloses(String type) throws Exception {
    Class<?> security = type.equals("servlet") ? OpenAccess.class : ShopApplication.class;
    try (ConfigurableApplicationContext application =
        ShopApplication.start(
            security,
            SECRET,
            "--greenlang.metrics.host=127.0.0.1",
            "--greenlang.metrics.port=0",
            "--spring.main.web-application-type=" + type)) {
      int port = application.getBean(MetricsServerLifecycle.class).server().port();
      String token =
          new JwtIssuer(ShopApplication.SECRET, "HS256").issue("test", Duration.ofMinutes(1));
      try (MetricsClient client =
          MetricsClient.connect("http://127.0.0.1:" + port + "/ws/metrics?token=" + token)) {
        client.subscribe("{\"channels\":[\"application.metrics\"]}");
        assertThat(client.awaitAll("jvm.memory.used")).isNotEmpty();
        HttpResponse<String> page =
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build(),
                    HttpResponse.BodyHandlers.ofString());
        assertThat(page.body()).contains("<html");
        SpringApplication.exit(application);
        assertThat(client.awaitCloseCode()).isEqualTo(1001);
      }
    }
  }

  @Test
  void start_ownPortBehindProxy_hasBasePathAndAddressOfClient() {
    try (ConfigurableApplicationContext application =
        ShopApplication.start(
            ShopApplication.class,
            SECRET,
            "--greenlang.metrics.host=127.0.0.1",
            "--greenlang.metrics.port=0",
            "--greenlang.metrics.base-path=/live",
            "--greenlang.metrics.proxies.trusted=127.0.0.1,10.0.0.0/8",
            "--spring.main.web-application-type=none")) {
      int port = application.getBean(MetricsServerLifecycle.class).server().port();
      String token =
          new JwtIssuer(ShopApplication.SECRET, "HS256").issue("test", Duration.ofMinutes(1));
      try (MetricsClient client =
          MetricsClient.connect(
              "http://127.0.0.1:" + port + "/live/ws/metrics?token=" + token,
              "X-Forwarded-For: 203.0.113.7, 10.0.0.2")) {
        assertThat(client.welcome().text("client_id")).startsWith("203.0.113.7:");
      }
    }
  }

  @Test
  void start_certificate_servesHttpsAndLogsIt(CapturedOutput output) throws Exception {
    TestCertificate certificate = TestCertificate.create();
    TlsSettings.Pem files = (TlsSettings.Pem) certificate.pemFiles().source();
    try (ConfigurableApplicationContext application =
        ShopApplication.start(
            ShopApplication.class,
            SECRET,
            "--greenlang.metrics.host=127.0.0.1",
            "--greenlang.metrics.port=0",
            "--greenlang.metrics.tls.certificate=" + files.certificate(),
            "--greenlang.metrics.tls.key=" + files.key(),
            "--spring.main.web-application-type=none")) {
      int port = application.getBean(MetricsServerLifecycle.class).server().port();
      HttpResponse<String> health =
          HttpClient.newBuilder()
              .sslContext(ClientContexts.trusting(certificate.certificate()))
              .build()
              .send(
                  HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/health"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(health.body()).contains("\"UP\"");
      assertThat(output.getAll()).contains("dashboard: https://localhost:" + port + "/");
    }
  }

  @Test
  void start_certificateWithoutKey_failsWithTheNameOfTheProperty(CapturedOutput output) {
    assertThatThrownBy(
            () ->
                ShopApplication.start(
                        ShopApplication.class,
                        SECRET,
                        "--greenlang.metrics.port=0",
                        "--greenlang.metrics.tls.certificate=cert.pem",
                        "--spring.main.web-application-type=none")
                    .close())
        .isInstanceOf(Exception.class);
    assertThat(output.getAll()).contains("Set greenlang.metrics.tls.key.");
  }

  @Test
  void start_portInUse_failsWithTheNameOfTheProperty(CapturedOutput output) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  ShopApplication.start(
                          ShopApplication.class,
                          SECRET,
                          "--greenlang.metrics.host=127.0.0.1",
                          "--greenlang.metrics.port=" + taken.getLocalPort(),
                          "--spring.main.web-application-type=none")
                      .close())
          .isInstanceOf(Exception.class);
      assertThat(output.getAll()).contains("Set greenlang.metrics.port to a free port.");
    }
  }
}
