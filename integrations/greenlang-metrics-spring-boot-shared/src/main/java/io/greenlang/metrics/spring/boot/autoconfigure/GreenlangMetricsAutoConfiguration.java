package io.greenlang.metrics.spring.boot.autoconfigure;

import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.collectors.TaskQueue;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.spring.boot.MetricsServerLifecycle;
import io.greenlang.metrics.spring.boot.internal.AuthenticationMethod;
import io.greenlang.metrics.spring.boot.internal.AuthenticatorChain;
import io.greenlang.metrics.spring.boot.internal.DashboardAddress;
import io.greenlang.metrics.spring.boot.internal.MetricsServers;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.dashboard.Dashboard;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * The hub, the collector and the server of an application. Beans of type {@link MetricSource},
 * {@link TaskQueue}, {@link Aggregator} and {@link Dashboard} are added to them.
 */
@AutoConfiguration(
    after = {GreenlangMeterAutoConfiguration.class, GreenlangSecurityAutoConfiguration.class})
@ConditionalOnProperty(prefix = "greenlang.metrics", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(GreenlangMetricsProperties.class)
public class GreenlangMetricsAutoConfiguration {

  /** The bean that places the server in a servlet container. */
  static final String CONTAINER_ATTACHMENT = "greenlangMetricsContainerAttachment";

  GreenlangMetricsAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  MetricsHub greenlangMetricsHub(
      GreenlangMetricsProperties properties,
      ObjectProvider<Broker> broker,
      ObjectProvider<Aggregator> aggregators) {
    return MetricsServers.hub(
        properties, broker.getIfAvailable(), aggregators.orderedStream().toList());
  }

  @Bean
  @ConditionalOnMissingBean
  MetricCollector greenlangMetricsCollector(
      MetricsHub hub,
      GreenlangMetricsProperties properties,
      ObjectProvider<MetricSource> sources,
      ObjectProvider<TaskQueue> queues,
      Environment environment) {
    return MetricsServers.collector(
        hub,
        properties,
        environment.getProperty("spring.application.name"),
        sources.orderedStream().toList(),
        queues.orderedStream().toList());
  }

  @Bean
  @ConditionalOnMissingBean
  Authenticator greenlangMetricsAuthenticator(
      GreenlangMetricsProperties properties,
      ObjectProvider<AuthenticationMethod> methods,
      MetricsHub hub) {
    return AuthenticatorChain.of(properties, methods.orderedStream().toList(), hub.clock());
  }

  @Bean
  @ConditionalOnMissingBean
  MetricsServerLifecycle greenlangMetricsServerLifecycle(
      MetricsHub hub,
      MetricCollector collector,
      GreenlangMetricsProperties properties,
      Authenticator authenticator,
      ObjectProvider<MetricsWebSocketServer> server,
      ObjectProvider<Dashboard> dashboards,
      ObjectProvider<SslBundles> bundles,
      ListableBeanFactory beans) {
    return new MetricsServerLifecycle(
        server.getIfAvailable(
            () ->
                MetricsServers.server(
                    hub,
                    properties,
                    authenticator,
                    dashboards.orderedStream().toList(),
                    bundles.getIfAvailable())),
        collector,
        !beans.containsBean(CONTAINER_ATTACHMENT));
  }

  @Bean
  @ConditionalOnMissingBean
  DashboardAddress greenlangMetricsDashboardAddress(
      MetricsServerLifecycle lifecycle,
      GreenlangMetricsProperties properties,
      Environment environment) {
    return new DashboardAddress(lifecycle, properties, environment);
  }

  /** The server as a bean, where Spring can inspect it: its class refers to the servlet API. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "jakarta.servlet.ServletContext")
  static class ServerBean {

    @Bean
    @ConditionalOnMissingBean
    MetricsWebSocketServer greenlangMetricsServer(
        MetricsHub hub,
        GreenlangMetricsProperties properties,
        Authenticator authenticator,
        ObjectProvider<Dashboard> dashboards,
        ObjectProvider<SslBundles> bundles) {
      return MetricsServers.server(
          hub,
          properties,
          authenticator,
          dashboards.orderedStream().toList(),
          bundles.getIfAvailable());
    }
  }
}
