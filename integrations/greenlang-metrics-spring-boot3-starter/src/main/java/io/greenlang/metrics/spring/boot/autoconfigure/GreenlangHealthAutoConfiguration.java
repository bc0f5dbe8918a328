package io.greenlang.metrics.spring.boot.autoconfigure;

import io.greenlang.metrics.spring.boot.MetricsServerLifecycle;
import io.greenlang.metrics.spring.boot.internal.ServerHealth;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** The health of the server, in the types of this generation of Spring Boot. */
@AutoConfiguration(after = GreenlangMetricsAutoConfiguration.class)
@ConditionalOnProperty(prefix = "greenlang.metrics", name = "enabled", matchIfMissing = true)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
public class GreenlangHealthAutoConfiguration {

  GreenlangHealthAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean(name = "greenlangMetricsHealthIndicator")
  @ConditionalOnEnabledHealthIndicator("greenlang-metrics")
  HealthIndicator greenlangMetricsHealthIndicator(MetricsServerLifecycle lifecycle) {
    return () -> {
      ServerHealth health = ServerHealth.of(lifecycle);
      return Health.status(health.status()).withDetails(health.details()).build();
    };
  }
}
