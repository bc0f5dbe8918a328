package io.greenlang.metrics.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real SDK that is configured by properties only. */
@Timeout(180)
class AutoconfigureTest {

  private static final String SECRET = "a secret of at least thirty-two bytes";

  private final RecordingSink sink = new RecordingSink();

  @AfterEach
  void reset() {
    GreenlangMetricExporterProvider.publishTo(null);
    System.clearProperty("WS_HOST");
    System.clearProperty("WS_PORT");
    System.clearProperty("JWT_SECRET_KEY");
  }

  private static OpenTelemetrySdk configure(String... properties) {
    Map<String, String> values = new HashMap<>();
    values.put("otel.metrics.exporter", "greenlang");
    values.put("otel.traces.exporter", "none");
    values.put("otel.logs.exporter", "none");
    values.put("otel.service.name", "shop");
    values.put("otel.metric.export.interval", "100");
    for (int i = 0; i < properties.length; i += 2) {
      values.put(properties[i], properties[i + 1]);
    }
    return AutoConfiguredOpenTelemetrySdk.builder()
        .disableShutdownHook()
        .addPropertiesSupplier(() -> values)
        .build()
        .getOpenTelemetrySdk();
  }

  private static void count(OpenTelemetrySdk sdk) {
    sdk.getMeter("test").counterBuilder("orders").build().add(3);
  }

  private static void flush(OpenTelemetrySdk sdk) {
    sdk.getSdkMeterProvider().forceFlush().join(60, TimeUnit.SECONDS);
  }

  private static int startOnFreePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      System.setProperty("WS_HOST", "127.0.0.1");
      System.setProperty("WS_PORT", String.valueOf(free.getLocalPort()));
      System.setProperty("JWT_SECRET_KEY", SECRET);
      return free.getLocalPort();
    }
  }

  private static RawWebSocket connect(int port) {
    String token = new JwtIssuer(SECRET, "HS256").issue("test", Duration.ofMinutes(1));
    return RawWebSocket.open(URI.create("ws://127.0.0.1:" + port + "/ws/metrics?token=" + token));
  }

  @Test
  void property_hubOfTheApplication_receivesTheMetrics() {
    GreenlangMetricExporterProvider.publishTo(sink);
    try (OpenTelemetrySdk sdk = configure("otel.metric.export.interval", "60000")) {
      count(sdk);
      flush(sdk);
      assertThat(sink.only("orders").value()).isEqualTo(3);
      assertThat(sink.only("orders").tags()).isEqualTo(Tags.of("service.name", "shop"));
    }
  }

  @Test
  void properties_ofTheExporter_apply() {
    GreenlangMetricExporterProvider.publishTo(sink);
    try (OpenTelemetrySdk sdk =
        configure(
            "otel.metric.export.interval", "60000",
            "otel.exporter.greenlang.channel", "shop.metrics",
            "otel.exporter.greenlang.resource.attributes", "none",
            "otel.exporter.greenlang.scope.name", "true")) {
      count(sdk);
      flush(sdk);
      assertThat(sink.only("orders").channel()).isEqualTo(new Channel("shop.metrics"));
      assertThat(sink.only("orders").tags()).isEqualTo(Tags.of("otel.scope.name", "test"));
    }
    try (OpenTelemetrySdk sdk =
        configure(
            "otel.metric.export.interval", "60000",
            "otel.resource.attributes", "deployment.environment.name=test",
            "otel.exporter.greenlang.resource.attributes",
                "service.name,deployment.environment.name")) {
      count(sdk);
      flush(sdk);
      assertThat(sink.only("orders").tags())
          .isEqualTo(Tags.of("service.name", "shop", "deployment.environment.name", "test"));
    }
  }

  @Test
  void property_noHub_startsAServerThatClosesWithTheSdk() throws IOException {
    int port = startOnFreePort();
    for (int run = 0; run < 2; run++) {
      // The second run shows that the first one released the port.
      try (OpenTelemetrySdk sdk = configure();
          RawWebSocket client = connect(port)) {
        client.ask(
            "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"application.metrics\"]}}",
            "subscribed");
        count(sdk);
        assertThat(client.nextMetrics(Set.of("orders")).values())
            .extracting(metric -> metric.path("value").asInt())
            .containsExactly(3);
      }
      assertThatThrownBy(() -> connect(port)).isNotNull();
    }
  }

  @Test
  void property_noHubAndNoSecret_failsWithTheRemedy() {
    assertThatThrownBy(AutoconfigureTest::configure)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("JWT_SECRET_KEY")
        .hasMessageContaining("publishTo");
  }

  @Test
  void property_invalidChannel_failsWithItsName() {
    GreenlangMetricExporterProvider.publishTo(sink);
    assertThatThrownBy(() -> configure("otel.exporter.greenlang.channel", "no channel"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("otel.exporter.greenlang.channel")
        .hasMessageContaining("no channel");
  }
}
