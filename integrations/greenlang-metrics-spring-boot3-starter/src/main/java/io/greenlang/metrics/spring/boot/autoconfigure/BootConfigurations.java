package io.greenlang.metrics.spring.boot.autoconfigure;

/**
 * The names of Spring Boot 3.5's automatic configurations that ours precede or follow. Spring Boot
 * searches all jars for a name that it does not know, so each starter has those of its generation
 * only.
 */
final class BootConfigurations {

  static final String METRICS =
      "org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration";
  static final String COMPOSITE_REGISTRY =
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration";
  static final String SIMPLE_REGISTRY =
      "org.springframework.boot.actuate.autoconfigure.metrics.export.simple.SimpleMetricsExportAutoConfiguration";
  static final String RESOURCE_SERVER =
      "org.springframework.boot.autoconfigure.security.oauth2.resource.servlet.OAuth2ResourceServerAutoConfiguration";
  static final String SERVLET_RESOURCE_SERVER = RESOURCE_SERVER;
  static final String REACTIVE_RESOURCE_SERVER =
      "org.springframework.boot.autoconfigure.security.oauth2.resource.reactive.ReactiveOAuth2ResourceServerAutoConfiguration";

  private BootConfigurations() {}
}
