package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.collectors.MetricCollectorBuilder;
import io.greenlang.metrics.collectors.TaskQueue;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.spring.boot.MetricsConfigurationException;
import io.greenlang.metrics.spring.boot.internal.tls.OwnPortCertificate;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.dashboard.Dashboard;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;

/** A factory of the hub, the collector and the server from the application's properties. */
public final class MetricsServers {

  private static final String APPLICATION = "application";

  private MetricsServers() {}

  /**
   * Creates the hub.
   *
   * @param broker the application's own broker; null to use Redis if it is configured
   * @throws MetricsConfigurationException if Redis is configured but cannot be used
   */
  public static MetricsHub hub(
      GreenlangMetricsProperties properties,
      @Nullable Broker broker,
      List<Aggregator> aggregators) {
    MetricsHub.Builder builder = MetricsHub.builder();
    aggregators.forEach(builder::aggregator);
    if (broker != null) {
      return builder.broker(broker).build();
    }
    String redisUrl = properties.redisUrl();
    if (redisUrl == null || redisUrl.isBlank()) {
      return builder.build();
    }
    try {
      return builder.redisUrl(redisUrl).build();
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new MetricsConfigurationException(
          "greenlang.metrics.redis-url is set, but Redis cannot be used: " + e.getMessage() + ".",
          "Change the dependency, the version or the URL that the description names, or remove"
              + " greenlang.metrics.redis-url.",
          e);
    }
  }

  /**
   * Creates the collector, which is not started. Clients can subscribe to the channel of the meters
   * before the first collection.
   *
   * @param application the name of the application; null if it has none
   * @param sources the application's sources, and that of its meters
   * @throws MetricsConfigurationException if a property is invalid
   */
  public static MetricCollector collector(
      MetricsHub hub,
      GreenlangMetricsProperties properties,
      @Nullable String application,
      List<MetricSource> sources,
      List<TaskQueue> queues) {
    return checked(
        () -> {
          hub.addChannel(properties.channel());
          MetricCollectorBuilder builder =
              MetricCollector.builder(hub)
                  .interval(properties.interval())
                  .tags(tags(properties.tags(), application));
          sources.forEach(builder::source);
          queues.forEach(builder::taskQueue);
          if (properties.standardSources()) {
            builder.standardSources();
          }
          return builder.build();
        });
  }

  /**
   * Returns the channel of the application's meters.
   *
   * @throws MetricsConfigurationException if its name is invalid
   */
  public static Channel channel(GreenlangMetricsProperties properties) {
    return checked(() -> new Channel(properties.channel()));
  }

  private static Tags tags(Map<String, String> configured, @Nullable String application) {
    Tags tags = Tags.of(configured);
    return application == null || application.isBlank() || tags.get(APPLICATION) != null
        ? tags
        : tags.with(APPLICATION, application);
  }

  /**
   * Creates the server, which is not started.
   *
   * @param dashboards the dashboards of the application
   * @param bundles the SSL bundles of the application; null if it has none
   * @throws MetricsConfigurationException if a property is invalid, or two dashboards have one name
   */
  public static MetricsWebSocketServer server(
      MetricsHub hub,
      GreenlangMetricsProperties properties,
      Authenticator authenticator,
      List<Dashboard> dashboards,
      @Nullable SslBundles bundles) {
    MetricsWebSocketServerBuilder builder =
        MetricsWebSocketServer.builder(hub)
            .authenticator(authenticator)
            .path(properties.path())
            .ssePath(properties.ssePath())
            .dashboardEnabled(properties.dashboard().enabled());
    dashboards.forEach(builder::dashboard);
    if (properties.httpPublishing()) {
      builder.httpPublishing(true);
    }
    set(properties.port(), builder::port);
    set(properties.host(), builder::host);
    set(properties.basePath(), builder::basePath);
    set(properties.proxies(), builder);
    set(OwnPortCertificate.of(properties, bundles), builder::tls);
    set(properties.io(), builder::io);
    set(properties.heartbeatInterval(), builder::heartbeatInterval);
    set(properties.drainTime(), builder::drainTime);
    set(properties.maxConnections(), builder::maxConnections);
    if (!properties.allowedOrigins().isEmpty()) {
      builder.allowedOrigins(properties.allowedOrigins());
    }
    return checked(builder::build);
  }

  private static void set(
      GreenlangMetricsProperties.Proxies proxies, MetricsWebSocketServerBuilder builder) {
    if (!proxies.trusted().isEmpty()) {
      builder
          .trustedProxies(proxies.trusted())
          .forwardedHeader(proxies.header())
          .proxyProtocol(proxies.proxyProtocol());
    }
  }

  private static <T> void set(@Nullable T value, Consumer<T> property) {
    if (value != null) {
      property.accept(value);
    }
  }

  private static <T> T checked(Supplier<T> creation) {
    try {
      return creation.get();
    } catch (IllegalArgumentException e) {
      throw new MetricsConfigurationException(
          "An option of the metrics server is invalid: " + e.getMessage() + ".",
          "Change the property greenlang.metrics.*, or the bean, of that option.",
          e);
    }
  }
}
