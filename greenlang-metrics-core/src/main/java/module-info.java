/**
 * The core: metrics, the hub that distributes them, and the SPIs of brokers and aggregators.
 *
 * <p>Packages named {@code internal} belong to the engine. They are exported to the modules of this
 * project only, and change without notice.
 */
@SuppressWarnings("module") // the modules that internal packages are exported to are built later
module io.greenlang.metrics {
  requires static transitive org.jspecify;
  requires java.management;
  requires java.net.http;
  requires org.slf4j;
  requires sketches.java;

  exports io.greenlang.metrics;
  exports io.greenlang.metrics.aggregate;
  exports io.greenlang.metrics.broker;
  exports io.greenlang.metrics.frame;
  exports io.greenlang.metrics.history;
  exports io.greenlang.metrics.hub;
  exports io.greenlang.metrics.subscription;
  exports io.greenlang.metrics.internal.sketch to
      io.greenlang.metrics.testkit,
      io.greenlang.metrics.websocket;
  exports io.greenlang.metrics.internal.aggregate to
      io.greenlang.metrics.collectors,
      io.greenlang.metrics.testkit,
      io.greenlang.metrics.websocket;
  exports io.greenlang.metrics.internal.catchup to
      io.greenlang.metrics.testkit,
      io.greenlang.metrics.websocket;
  exports io.greenlang.metrics.internal.channel to
      io.greenlang.metrics.otlp,
      io.greenlang.metrics.testkit,
      io.greenlang.metrics.websocket;
  exports io.greenlang.metrics.internal.config to
      io.greenlang.metrics.collectors,
      io.greenlang.metrics.redis,
      io.greenlang.metrics.websocket;
  exports io.greenlang.metrics.internal.feed to
      io.greenlang.metrics.otlp,
      io.greenlang.metrics.testkit,
      io.greenlang.metrics.websocket;
  exports io.greenlang.metrics.internal.frame to
      io.greenlang.metrics.testkit,
      io.greenlang.metrics.websocket;
  exports io.greenlang.metrics.internal.http to
      io.greenlang.metrics.otlp,
      io.greenlang.metrics.prometheus,
      io.greenlang.metrics.websocket;
  exports io.greenlang.metrics.internal.metadata to
      io.greenlang.metrics.testkit,
      io.greenlang.metrics.websocket;
  exports io.greenlang.metrics.internal.protobuf to
      io.greenlang.metrics.otlp,
      io.greenlang.metrics.prometheus;
  exports io.greenlang.metrics.internal.revocation to
      io.greenlang.metrics.testkit,
      io.greenlang.metrics.websocket;
  exports io.greenlang.metrics.internal.sample to
      io.greenlang.metrics.redis,
      io.greenlang.metrics.testkit,
      io.greenlang.metrics.websocket;
  exports io.greenlang.metrics.internal.temporality to
      io.greenlang.metrics.opentelemetry,
      io.greenlang.metrics.otlp;
  exports io.greenlang.metrics.internal.util to
      io.greenlang.metrics.collectors,
      io.greenlang.metrics.jfr,
      io.greenlang.metrics.jmx,
      io.greenlang.metrics.micrometer,
      io.greenlang.metrics.netty,
      io.greenlang.metrics.opentelemetry,
      io.greenlang.metrics.otlp,
      io.greenlang.metrics.prometheus,
      io.greenlang.metrics.redis,
      io.greenlang.metrics.websocket;

  uses io.greenlang.metrics.broker.BrokerProvider;
}
