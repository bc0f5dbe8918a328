package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Applications that serve metrics without the dashboard, whose jar is on their class path. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class DashboardDisabledTest {

  private static final String[] ARGUMENTS = {
    "--greenlang.metrics.jwt-secret=" + ShopApplication.SECRET,
    "--greenlang.metrics.dashboard.enabled=false",
    "--greenlang.metrics.dashboard.log-token=true",
    "--greenlang.metrics.host=127.0.0.1"
  };
  private static final String[] PAGES = {
    "/greenlang-metrics", "/greenlang-metrics/", "/greenlang-metrics/index.html"
  };

  private static ConfigurableApplicationContext start(Class<?> security, String... arguments) {
    String[] all = new String[ARGUMENTS.length + arguments.length];
    System.arraycopy(ARGUMENTS, 0, all, 0, ARGUMENTS.length);
    System.arraycopy(arguments, 0, all, ARGUMENTS.length, arguments.length);
    return ShopApplication.start(security, all);
  }

  private static int status(String address) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address)).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static void assertNoPage(ConfigurableApplicationContext application) throws Exception {
    for (String page : PAGES) {
      assertThat(status(ShopApplication.address(application, page))).as(page).isEqualTo(404);
    }
  }

  @Test
  void start_servletApplication_servesNoPageAndLogsNoAddress(CapturedOutput output)
      throws Exception {
    try (ConfigurableApplicationContext application = start(OpenAccess.class)) {
      assertNoPage(application);
      assertThat(status(ShopApplication.address(application, "/orders"))).isEqualTo(200);
      assertThat(output.getAll()).doesNotContain("Metrics dashboard:", "#token=");
    }
  }

  @Test
  void start_servletPathAndStaticPattern_servesNoPageBelowThem() throws Exception {
    try (ConfigurableApplicationContext application =
        start(
            OpenAccess.class,
            "--spring.mvc.servlet.path=/app",
            "--spring.mvc.static-path-pattern=/res/**")) {
      assertThat(
              status(ShopApplication.address(application, "/app/res/greenlang-metrics/index.html")))
          .isEqualTo(404);
      assertNoPage(application);
    }
  }

  @Test
  void start_metricsDisabled_servesNoPage() throws Exception {
    try (ConfigurableApplicationContext application =
        ShopApplication.start(OpenAccess.class, "--greenlang.metrics.enabled=false")) {
      assertNoPage(application);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"servlet", "reactive"})
  void start_ownPort_servesNoPageOnEitherPort(String type, CapturedOutput output) throws Exception {
    Class<?> security = type.equals("servlet") ? OpenAccess.class : OpenReactiveAccess.class;
    try (ConfigurableApplicationContext application =
        start(
            security, "--greenlang.metrics.port=0", "--spring.main.web-application-type=" + type)) {
      int port = application.getBean(MetricsServerLifecycle.class).server().port();
      String address = "http://127.0.0.1:" + port;
      assertThat(status(address + "/")).isEqualTo(404);
      assertThat(status(address + "/app.js")).isEqualTo(404);
      assertThat(status(address + "/health")).isEqualTo(200);
      assertNoPage(application);
      assertThat(status(ShopApplication.address(application, "/orders"))).isEqualTo(200);
      assertThat(output.getAll()).doesNotContain("ashboard:", "#token=");
    }
  }
}
