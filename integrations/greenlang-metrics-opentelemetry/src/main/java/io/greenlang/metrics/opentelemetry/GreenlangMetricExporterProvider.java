package io.greenlang.metrics.opentelemetry;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricSink;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.autoconfigure.spi.metrics.ConfigurableMetricExporterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider of the exporter for an SDK that is configured by properties: {@code
 * otel.metrics.exporter=greenlang}. Set {@code otel.metric.export.interval=1000} too, because the
 * SDK exports once per minute by default.
 *
 * <p>The exporter publishes on the hub that the application named with {@link #publishTo}. Without
 * one, the provider starts a hub and a server, with the server's documented options, and closes
 * both with the SDK. The server needs {@code greenlang-metrics-netty} on the class path.
 *
 * <p>Further properties, each of which can also be an environment variable:
 *
 * <ul>
 *   <li>{@code otel.exporter.greenlang.channel}: the channel; by default {@code
 *       application.metrics}
 *   <li>{@code otel.exporter.greenlang.resource.attributes}: the attributes of the resource that
 *       become tags, separated by commas, or {@code none}; by default {@code service.name}
 *   <li>{@code otel.exporter.greenlang.scope.name}: whether the name of the instrumentation scope
 *       becomes a tag; by default {@code false}
 * </ul>
 */
public final class GreenlangMetricExporterProvider implements ConfigurableMetricExporterProvider {

  private static final Logger log = LoggerFactory.getLogger(GreenlangMetricExporterProvider.class);

  private static final String PREFIX = "otel.exporter.greenlang.";
  private static final Duration SDK_INTERVAL = Duration.ofMinutes(1);
  private static final Duration LIVE_INTERVAL = Duration.ofSeconds(10);

  private static volatile @Nullable MetricSink applicationSink;

  /** Creates a provider, which {@link java.util.ServiceLoader} does. */
  public GreenlangMetricExporterProvider() {}

  /**
   * Names the hub on which exporters publish that are created from now on. Call it before the SDK
   * is configured. The application closes the hub, after the SDK. Any thread.
   *
   * @param sink the hub; null for a hub and a server that each exporter starts
   */
  public static void publishTo(@Nullable MetricSink sink) {
    applicationSink = sink;
  }

  /** Returns {@code greenlang}. */
  @Override
  public String getName() {
    return "greenlang";
  }

  /**
   * Creates an exporter.
   *
   * @throws ConfigurationException if a property is invalid, or if the server cannot start
   */
  @Override
  public MetricExporter createExporter(ConfigProperties config) {
    Duration interval = config.getDuration("otel.metric.export.interval", SDK_INTERVAL);
    if (interval.compareTo(LIVE_INTERVAL) > 0) {
      log.info(
          "Metrics are exported every {} s; for a live view, set otel.metric.export.interval=1000",
          interval.toSeconds());
    }
    Channel channel = channel(config);
    MetricSink sink = applicationSink;
    if (sink != null) {
      return builder(sink, channel, config).build();
    }
    ExporterServer server = startServer(channel);
    return builder(server.sink(), channel, config).onShutdown(server::close).build();
  }

  private static Channel channel(ConfigProperties config) {
    String name =
        config.getString(PREFIX + "channel", GreenlangMetricExporter.DEFAULT_CHANNEL.name());
    try {
      return new Channel(name);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(PREFIX + "channel: " + e.getMessage(), e);
    }
  }

  private static GreenlangMetricExporter.Builder builder(
      MetricSink sink, Channel channel, ConfigProperties config) {
    GreenlangMetricExporter.Builder builder =
        GreenlangMetricExporter.builder(sink)
            .channel(channel)
            .scopeName(config.getBoolean(PREFIX + "scope.name", false));
    List<String> attributes = config.getList(PREFIX + "resource.attributes", List.of());
    if (!attributes.isEmpty()) {
      builder.resourceAttributes(attributes.equals(List.of("none")) ? List.of() : attributes);
    }
    return builder;
  }

  private static ExporterServer startServer(Channel channel) {
    try {
      return ExporterServer.start(channel);
    } catch (RuntimeException e) {
      throw new ConfigurationException(
          "otel.metrics.exporter=greenlang cannot start a server: "
              + e.getMessage()
              + "; correct its options, or name a hub with"
              + " GreenlangMetricExporterProvider.publishTo",
          e);
    } catch (NoClassDefFoundError e) {
      throw new ConfigurationException(
          "otel.metrics.exporter=greenlang needs greenlang-metrics-netty on the class path to start"
              + " a server; add it, or name a hub with GreenlangMetricExporterProvider.publishTo",
          e);
    }
  }
}
