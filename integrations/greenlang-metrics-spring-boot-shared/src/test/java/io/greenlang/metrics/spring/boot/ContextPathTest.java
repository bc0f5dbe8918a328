package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** An application below a context path, with Spring Security's defaults and another path. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class ContextPathTest {

  /** An application with Spring Boot's defaults: every path requires a login. */
  @Configuration(proxyBeanMethods = false)
  static class ClosedAccess {}

  @Test
  void start_contextPathAndOwnPath_servesBothBelowIt(CapturedOutput output) throws Exception {
    try (ConfigurableApplicationContext application =
        ShopApplication.start(
            ClosedAccess.class,
            "--greenlang.metrics.jwt-secret=" + ShopApplication.SECRET,
            "--greenlang.metrics.path=/live",
            "--server.servlet.context-path=/shop")) {
      String address = ShopApplication.address(application, "/shop");
      assertThat(output.getAll())
          .contains("Metrics dashboard: " + address + "/greenlang-metrics/#ws=../live");
      HttpResponse<String> page =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(address + "/greenlang-metrics/")).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(page.statusCode()).isEqualTo(200);
      String token =
          new JwtIssuer(ShopApplication.SECRET, "HS256").issue("test", Duration.ofMinutes(1));
      try (MetricsClient client = MetricsClient.connect(address + "/live?token=" + token)) {
        assertThat(client.welcome().type()).isEqualTo("welcome");
      }
    }
  }
}
