package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.websocket.dashboard.Dashboard;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Dashboards that are beans of an application. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class DashboardBeanTest {

  private static final String SECRET = "--greenlang.metrics.jwt-secret=" + ShopApplication.SECRET;
  private static final String ORDERS =
      "{\"name\":\"Orders\",\"charts\":[{\"channel\":\"c\",\"metrics\":[\"orders\"]}]}";

  /** An application with one dashboard. */
  @Configuration(proxyBeanMethods = false)
  @Import(OpenAccess.class)
  static class OneDashboard {

    @Bean
    Dashboard orders() {
      return Dashboard.parse(ORDERS);
    }
  }

  /** An application with the same dashboard twice. */
  @Configuration(proxyBeanMethods = false)
  @Import(OneDashboard.class)
  static class SameNameTwice {

    @Bean
    Dashboard copy() {
      return Dashboard.parse(ORDERS);
    }
  }

  private static HttpResponse<String> get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static void requireDashboard(String page) throws Exception {
    assertThat(get(page + "dashboards/index.json").body()).isEqualTo("[\"built/1.json\"]");
    HttpResponse<String> orders = get(page + "dashboards/built/1.json");
    assertThat(orders.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(orders.body()).isEqualTo(ORDERS);
  }

  @Test
  void bean_portOfTheApplication_isListedAndServed() throws Exception {
    try (ConfigurableApplicationContext application =
        ShopApplication.start(OneDashboard.class, SECRET)) {
      requireDashboard(ShopApplication.address(application, "/greenlang-metrics/"));
    }
  }

  @Test
  void bean_ownPort_isListedAndServed() throws Exception {
    try (ConfigurableApplicationContext application =
        ShopApplication.start(
            OneDashboard.class,
            SECRET,
            "--greenlang.metrics.host=127.0.0.1",
            "--greenlang.metrics.port=0")) {
      int port = application.getBean(MetricsServerLifecycle.class).server().port();
      requireDashboard("http://127.0.0.1:" + port + "/");
    }
  }

  @Test
  void beans_ofTheSameName_failTheStartWithIt(CapturedOutput output) {
    assertThatThrownBy(() -> ShopApplication.start(SameNameTwice.class, SECRET).close())
        .isInstanceOf(Exception.class);
    assertThat(output.getAll()).contains("have the same name \"Orders\"; rename one");
  }
}
