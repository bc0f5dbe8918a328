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
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.dashboard.Dashboard;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
   * @throws MetricsConfigurationException if a property is invalid, or two dashboards have one name
   */
  public static MetricsWebSocketServer server(
      MetricsHub hub,
      GreenlangMetricsProperties properties,
      Authenticator authenticator,
      List<Dashboard> dashboards) {
    MetricsWebSocketServerBuilder builder =
        MetricsWebSocketServer.builder(hub)
            .authenticator(authenticator)
            .path(properties.path())
            .ssePath(properties.ssePath());
    dashboards.forEach(builder::dashboard);
    if (properties.httpPublishing()) {
      builder.httpPublishing(true);
    }
    set(properties.port(), builder::port);
    set(properties.host(), builder::host);
    set(properties.basePath(), builder::basePath);
    set(properties.proxies(), builder);
    set(tls(properties.tls()), builder::tls);
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

  /**
   * Returns the certificate of a port of its own; null if no property names a certificate.
   *
   * @throws MetricsConfigurationException if the properties are incomplete or contradictory
   */
  private static @Nullable TlsSettings tls(GreenlangMetricsProperties.Tls tls) {
    boolean pem = tls.certificate() != null || tls.key() != null || tls.keyPassword() != null;
    boolean keystore = tls.keystore() != null || tls.keystorePassword() != null;
    if (pem && keystore) {
      throw new MetricsConfigurationException(
          "The metrics server has PEM files and a keystore for TLS.",
          "Remove greenlang.metrics.tls.keystore and its password, or the other properties.");
    }
    if (keystore) {
      return TlsSettings.keystore(
          required(tls.keystore(), "keystore"),
          required(tls.keystorePassword(), "keystore-password"));
    }
    return pem ? pem(tls) : null;
  }

  private static TlsSettings pem(GreenlangMetricsProperties.Tls tls) {
    Path certificate = required(tls.certificate(), "certificate");
    Path key = required(tls.key(), "key");
    String password = tls.keyPassword();
    return password == null
        ? TlsSettings.pem(certificate, key)
        : TlsSettings.pem(certificate, key, password);
  }

  private static <T> T required(@Nullable T value, String property) {
    if (value == null) {
      throw new MetricsConfigurationException(
          "TLS of the metrics server is incomplete: greenlang.metrics.tls."
              + property
              + " is not set.",
          "Set greenlang.metrics.tls." + property + ".");
    }
    return value;
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
