package io.greenlang.metrics.spring.boot.autoconfigure;

import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.spring.boot.MetricsServerLifecycle;
import io.greenlang.metrics.spring.boot.internal.ServerInfoContributor;
import io.greenlang.metrics.spring.boot.internal.ServerStatsEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** The endpoint and the info of the server, if the application has Actuator. */
@AutoConfiguration(after = GreenlangMetricsAutoConfiguration.class)
@ConditionalOnProperty(prefix = "greenlang.metrics", name = "enabled", matchIfMissing = true)
@ConditionalOnClass({Endpoint.class, InfoContributor.class, ConditionalOnAvailableEndpoint.class})
public class GreenlangActuatorAutoConfiguration {

  GreenlangActuatorAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnAvailableEndpoint
  ServerStatsEndpoint greenlangMetricsEndpoint(MetricsServerLifecycle lifecycle) {
    return new ServerStatsEndpoint(lifecycle);
  }

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnEnabledInfoContributor("greenlang-metrics")
  ServerInfoContributor greenlangMetricsInfoContributor(
      MetricsServerLifecycle lifecycle, GreenlangMetricsProperties properties) {
    return new ServerInfoContributor(lifecycle, properties);
  }
}
