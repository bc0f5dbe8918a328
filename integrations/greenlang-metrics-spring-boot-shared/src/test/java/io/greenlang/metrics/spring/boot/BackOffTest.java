package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.micrometer.GreenlangMeterRegistry;
import io.greenlang.metrics.micrometer.MicrometerSource;
import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangActuatorAutoConfiguration;
import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangDashboardAutoConfiguration;
import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangHealthAutoConfiguration;
import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangMeterAutoConfiguration;
import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangMetricsAutoConfiguration;
import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangSecurityAutoConfiguration;
import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangServletAutoConfiguration;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import reactor.core.publisher.Mono;

/** Beans that give way to those of the application, and conditions on its class path. */
class BackOffTest {

  private static final AutoConfigurations ALL =
      AutoConfigurations.of(
          GreenlangMetricsAutoConfiguration.class,
          GreenlangMeterAutoConfiguration.class,
          GreenlangServletAutoConfiguration.class,
          GreenlangSecurityAutoConfiguration.class,
          GreenlangActuatorAutoConfiguration.class,
          GreenlangDashboardAutoConfiguration.class,
          GreenlangHealthAutoConfiguration.class);
  private static final String[] PROPERTIES = {
    "greenlang.metrics.jwt-secret=" + ShopApplication.SECRET,
    "management.endpoints.web.exposure.include=*"
  };

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(ALL)
          .withPropertyValues(PROPERTIES)
          .withPropertyValues("greenlang.metrics.port=0");

  private final WebApplicationContextRunner webApplication =
      new WebApplicationContextRunner().withConfiguration(ALL).withPropertyValues(PROPERTIES);

  /** Beans of the application, one of each type. */
  @Configuration(proxyBeanMethods = false)
  static class OwnBeans {

    @Bean
    MetricsHub ownHub() {
      return MetricsHub.create();
    }

    @Bean
    Authenticator ownAuthenticator() {
      return Authenticator.anonymous();
    }

    @Bean
    MetricsWebSocketServer ownServer(MetricsHub hub, Authenticator authenticator) {
      return MetricsWebSocketServer.builder(hub).authenticator(authenticator).port(0).build();
    }

    @Bean
    MetricCollector ownCollector(MetricsHub hub, MicrometerSource source) {
      return MetricCollector.builder(hub).source(source).build();
    }

    @Bean
    GreenlangMeterRegistry ownRegistry() {
      return new GreenlangMeterRegistry();
    }

    @Bean
    MicrometerSource ownSource(GreenlangMeterRegistry registry) {
      return MicrometerSource.of(registry);
    }
  }

  /** A source of the application. */
  @Configuration(proxyBeanMethods = false)
  static class OwnSource {

    @Bean
    MetricSource queue() {
      return MetricSource.of(
          "queue", () -> List.of(Metric.gauge("orders.metrics", "queue.depth", 17, Tags.empty())));
    }
  }

  @Test
  void beans_ofTheApplication_replaceOurs() {
    application
        .withUserConfiguration(OwnBeans.class)
        .run(
            context -> {
              assertThat(context.getStartupFailure()).isNull();
              assertThat(context.getBean(MetricsHub.class)).isSameAs(context.getBean("ownHub"));
              assertThat(context.getBean(Authenticator.class))
                  .isSameAs(context.getBean("ownAuthenticator"));
              assertThat(context.getBean(MetricsServerLifecycle.class).server())
                  .isSameAs(context.getBean("ownServer"));
              assertThat(context.getBean(MetricCollector.class))
                  .isSameAs(context.getBean("ownCollector"));
              assertThat(context.getBean(MeterRegistry.class))
                  .isSameAs(context.getBean("ownRegistry"));
              assertThat(context.getBean(MicrometerSource.class))
                  .isSameAs(context.getBean("ownSource"));
            });
  }

  /** Decoders, without which some of our beans do not exist. */
  @Configuration(proxyBeanMethods = false)
  static class Decoders {

    @Bean
    JwtDecoder decoder() {
      return token -> {
        throw new BadJwtException("none is accepted");
      };
    }

    @Bean
    ReactiveJwtDecoder reactiveDecoder() {
      return token -> Mono.error(new BadJwtException("none is accepted"));
    }
  }

  @ParameterizedTest
  @CsvSource({"true,25", "false,26"})
  void beans_eachByItsName_giveWayToThatOfTheApplication(boolean dashboard, int number) {
    WebApplicationContextRunner runner =
        webApplication
            .withUserConfiguration(Decoders.class)
            .withPropertyValues("greenlang.metrics.dashboard.enabled=" + dashboard);
    List<String> names = new ArrayList<>();
    runner.run(
        context ->
            Stream.of(context.getBeanDefinitionNames())
                .filter(name -> name.matches("greenlang[A-Z].*"))
                .forEach(names::add));
    assertThat(names).hasSize(number).contains("greenlangMetricsPaths");
    names.forEach(name -> assertGivesWay(runner, name));
  }

  /** Uses the bean of one context as that of the application in another. */
  private static void assertGivesWay(WebApplicationContextRunner runner, String name) {
    runner.run(
        first -> {
          Object own = first.getBean(name);
          @SuppressWarnings("unchecked")
          Class<Object> type = (Class<Object>) own.getClass();
          runner
              .withBean(name, type, () -> own)
              .run(
                  second -> {
                    assertThat(second.getStartupFailure()).as(name).isNull();
                    assertThat(second.getBean(name)).as(name).isSameAs(own);
                  });
        });
  }

  @Test
  void source_ofTheApplication_isCollected() {
    application
        .withUserConfiguration(OwnSource.class)
        .run(
            context ->
                assertThat(context.getBean(MetricCollector.class).stats().sources().toString())
                    .contains("queue", "micrometer"));
  }

  @Test
  void beans_disabled_areMissing() {
    webApplication
        .withPropertyValues("greenlang.metrics.enabled=false")
        .run(
            context -> {
              assertThat(context.getBeansOfType(MetricsHub.class)).isEmpty();
              assertThat(context.getBeansOfType(MeterRegistry.class)).isEmpty();
              assertThat(context.containsBean("greenlangMetricsDashboard")).isFalse();
            });
  }

  @Test
  void context_withoutActuatorAndSecurity_starts() {
    webApplication
        .withClassLoader(
            new FilteredClassLoader(
                "org.springframework.boot.actuate",
                "org.springframework.boot.health",
                "org.springframework.security"))
        .run(
            context -> {
              assertThat(context.getStartupFailure()).isNull();
              assertThat(context.getBean(MetricsServerLifecycle.class).hasOwnPort()).isFalse();
              assertThat(context.containsBean("greenlangMetricsHealthIndicator")).isFalse();
              assertThat(context.containsBean("greenlangMetricsEndpoint")).isFalse();
              assertThat(context.containsBean("greenlangMetricsSessions")).isFalse();
            });
  }

  @Test
  void health_testWithoutWebServer_isUnknown() {
    webApplication.run(
        context -> {
          assertThat(context.getStartupFailure()).isNull();
          assertThat(context.getBean("greenlangMetricsHealthIndicator")).isNotNull();
          assertThat(
                  io.greenlang.metrics.spring.boot.internal.ServerHealth.of(
                          context.getBean(MetricsServerLifecycle.class))
                      .status())
              .isEqualTo("UNKNOWN");
        });
  }
}
