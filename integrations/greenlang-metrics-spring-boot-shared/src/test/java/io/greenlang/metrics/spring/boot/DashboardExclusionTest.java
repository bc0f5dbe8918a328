package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangDashboardAutoConfiguration;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.reactive.config.EnableWebFlux;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The paths by which Spring finds a file of the dashboard, without the security that would refuse
 * most of them first. Each of them leads to the file if the dashboard is enabled.
 */
class DashboardExclusionTest {

  private static final AutoConfigurations OURS =
      AutoConfigurations.of(GreenlangDashboardAutoConfiguration.class);
  private static final String[] PATTERNS = {"/**", "/res/**"};
  private static final String LOCATION = "classpath:/META-INF/resources/";

  @Configuration(proxyBeanMethods = false)
  @EnableWebFlux
  static class WebFluxApplication implements WebFluxConfigurer {

    @Override
    public void addResourceHandlers(
        org.springframework.web.reactive.config.ResourceHandlerRegistry registry) {
      registry.addResourceHandler(PATTERNS).addResourceLocations(LOCATION);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableWebMvc
  static class MvcApplication implements WebMvcConfigurer {

    @Override
    public void addResourceHandlers(
        org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry registry) {
      registry.addResourceHandler(PATTERNS).addResourceLocations(LOCATION);
    }
  }

  private static String property(boolean enabled) {
    return "greenlang.metrics.dashboard.enabled=" + enabled;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/greenlang-metrics/index.html",
        "/greenlang%2Dmetrics/index.html",
        "//greenlang-metrics/index.html",
        "/res/greenlang-metrics/index.html"
      })
  void get_webFlux_findsTheFileOnlyIfEnabled(String path) {
    for (boolean enabled : new boolean[] {true, false}) {
      new ReactiveWebApplicationContextRunner()
          .withUserConfiguration(WebFluxApplication.class)
          .withConfiguration(OURS)
          .withPropertyValues(property(enabled))
          .run(
              context ->
                  WebTestClient.bindToApplicationContext(context)
                      .build()
                      .get()
                      .uri(URI.create("http://localhost" + path))
                      .exchange()
                      .expectStatus()
                      .isEqualTo(enabled ? 200 : 404));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/greenlang-metrics/index.html",
        "/greenlang%2Dmetrics/index.html",
        "/res/greenlang-metrics/index.html"
      })
  void get_springMvc_findsTheFileOnlyIfEnabled(String path) {
    for (boolean enabled : new boolean[] {true, false}) {
      new WebApplicationContextRunner()
          .withUserConfiguration(MvcApplication.class)
          .withConfiguration(OURS)
          .withPropertyValues(property(enabled))
          .run(
              context -> {
                MockMvc server =
                    MockMvcBuilders.webAppContextSetup(context.getSourceApplicationContext())
                        .build();
                assertThat(
                        server
                            .perform(
                                MockMvcRequestBuilders.get(URI.create("http://localhost" + path)))
                            .andReturn()
                            .getResponse()
                            .getStatus())
                    .as("enabled: %s", enabled)
                    .isEqualTo(enabled ? 200 : 404);
              });
    }
  }
}
