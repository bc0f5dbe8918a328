package io.greenlang.metrics.spring.boot.autoconfigure;

import io.greenlang.metrics.micrometer.GreenlangMeterRegistry;
import io.greenlang.metrics.micrometer.MicrometerSource;
import io.greenlang.metrics.micrometer.ServerMeters;
import io.greenlang.metrics.micrometer.SourceMeters;
import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.spring.boot.MetricsServerLifecycle;
import io.greenlang.metrics.spring.boot.internal.MetricsServers;
import io.micrometer.core.instrument.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * The registry that the application's meters record into, and its source. It precedes Spring Boot's
 * simple registry, which is created only if there is no other.
 */
@AutoConfiguration(
    afterName = BootConfigurations.METRICS,
    beforeName = {BootConfigurations.COMPOSITE_REGISTRY, BootConfigurations.SIMPLE_REGISTRY})
@ConditionalOnProperty(prefix = "greenlang.metrics", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(GreenlangMetricsProperties.class)
public class GreenlangMeterAutoConfiguration {

  GreenlangMeterAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  GreenlangMeterRegistry greenlangMeterRegistry(ObjectProvider<Clock> clock) {
    return new GreenlangMeterRegistry(clock.getIfAvailable(() -> Clock.SYSTEM));
  }

  @Bean
  @ConditionalOnMissingBean
  MicrometerSource greenlangMicrometerSource(
      GreenlangMeterRegistry registry, GreenlangMetricsProperties properties) {
    return MicrometerSource.of(registry, MetricsServers.channel(properties));
  }

  /** Adds the number of meters that could not be published to the application's registry. */
  @Bean
  @ConditionalOnMissingBean
  SourceMeters greenlangSourceMeters(MicrometerSource source) {
    return new SourceMeters(source);
  }

  /** Adds the server's own counts to the application's registry. */
  @Bean
  @ConditionalOnMissingBean
  ServerMeters greenlangServerMeters(MetricsServerLifecycle lifecycle) {
    return new ServerMeters(lifecycle.server());
  }
}
