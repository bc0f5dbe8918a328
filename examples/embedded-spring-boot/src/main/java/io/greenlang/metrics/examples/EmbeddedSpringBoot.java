package io.greenlang.metrics.examples;

import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/** This machine's metrics and the dashboard, served by Spring Boot's own Tomcat. */
@SpringBootApplication
public class EmbeddedSpringBoot {

  private final String secret;

  EmbeddedSpringBoot(@Value("${metrics.secret}") String secret) {
    this.secret = secret;
  }

  /** Starts the application; Ctrl-C stops it. */
  public static void main(String[] args) {
    SpringApplication.run(EmbeddedSpringBoot.class, args);
  }

  @Bean
  MetricsHub hub() {
    return MetricsHub.create();
  }

  @Bean(initMethod = "start")
  MetricCollector collector(MetricsHub hub) {
    return MetricCollector.builder(hub).build();
  }

  @Bean
  MetricsWebSocketServer metrics(MetricsHub hub) {
    return MetricsWebSocketServer.builder(hub).jwtSecret(secret).jwtAlgorithm("HS256").build();
  }

  /** Spring calls this initializer while Tomcat starts. */
  @Bean
  ServletContextInitializer attachToContainer(MetricsWebSocketServer metrics) {
    return metrics::attach;
  }

  /** Spring closes beans after Tomcat, which is too late to notify clients. */
  @Bean
  ApplicationListener<ContextClosedEvent> closeOnShutdown(MetricsWebSocketServer metrics) {
    return closing -> metrics.close();
  }

  @EventListener
  void announce(ApplicationReadyEvent ready) {
    String token = new JwtIssuer(secret, "HS256").issue("embedded-spring-boot", Duration.ofDays(1));
    System.out.println(
        "Dashboard: http://localhost:"
            + ready.getApplicationContext().getEnvironment().getProperty("local.server.port")
            + "/greenlang-metrics/index.html#token="
            + token);
  }
}
