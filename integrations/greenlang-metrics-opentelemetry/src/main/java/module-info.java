/** The metrics of an OpenTelemetry SDK: an exporter, and its provider for the configured SDK. */
@SuppressWarnings("requires-transitive-automatic") // OpenTelemetry names its modules in manifests
module io.greenlang.metrics.opentelemetry {
  requires transitive io.greenlang.metrics;
  requires static io.greenlang.metrics.websocket;
  requires transitive io.opentelemetry.sdk.metrics;
  requires io.opentelemetry.api;
  requires transitive io.opentelemetry.sdk.common;
  requires static transitive io.opentelemetry.sdk.autoconfigure.spi;
  requires static transitive org.jspecify;
  requires org.slf4j;

  exports io.greenlang.metrics.opentelemetry;

  provides io.opentelemetry.sdk.autoconfigure.spi.metrics.ConfigurableMetricExporterProvider with
      io.greenlang.metrics.opentelemetry.GreenlangMetricExporterProvider;
}
