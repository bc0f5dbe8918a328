package io.greenlang.metrics.spring.boot.autoconfigure;

/**
 * The names of Spring Boot 4's automatic configurations that ours precede or follow. Spring Boot
 * searches all jars for a name that it does not know, so each starter has those of its generation
 * only.
 */
final class BootConfigurations {

  static final String METRICS =
      "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration";
  static final String COMPOSITE_REGISTRY =
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration";
  static final String SIMPLE_REGISTRY =
      "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration";
  static final String RESOURCE_SERVER =
      "org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerAutoConfiguration";

  /** The name in Spring Boot 4.0. */
  static final String SERVLET_RESOURCE_SERVER =
      "org.springframework.boot.security.oauth2.server.resource.autoconfigure.servlet.OAuth2ResourceServerAutoConfiguration";

  static final String REACTIVE_RESOURCE_SERVER =
      "org.springframework.boot.security.oauth2.server.resource.autoconfigure.reactive.ReactiveOAuth2ResourceServerAutoConfiguration";

  private BootConfigurations() {}
}
