package io.greenlang.metrics.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.View;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The conversion of a real SDK's metrics. */
class GreenlangMetricExporterTest {

  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("route");

  private final RecordingSink sink = new RecordingSink();
  private final GreenlangMetricExporter exporter = GreenlangMetricExporter.create(sink);

  @Test
  void export_everyKindOfInstrument_hasItsType() {
    try (TestSdk sdk = new TestSdk(exporter)) {
      sdk.meter().counterBuilder("long.counter").build().add(3);
      sdk.meter().counterBuilder("double.counter").ofDoubles().build().add(2.5);
      sdk.meter().upDownCounterBuilder("long.level").build().add(-4);
      sdk.meter().upDownCounterBuilder("double.level").ofDoubles().build().add(0.5);
      sdk.meter().gaugeBuilder("gauge").build().set(7.5);
      sdk.meter().gaugeBuilder("long.gauge").ofLongs().build().set(7);
      sdk.meter().gaugeBuilder("observed").buildWithCallback(gauge -> gauge.record(1));
      sdk.meter().counterBuilder("observed.total").buildWithCallback(total -> total.record(9));
      sdk.meter().histogramBuilder("histogram").build().record(1);
      sdk.meter().histogramBuilder("long.histogram").ofLongs().build().record(1);
      sdk.export();
    }
    assertThat(sink.metrics()).hasSize(10).allMatch(each -> each.timestamp() == null);
    assertThat(sink.metrics())
        .extracting(Metric::channel)
        .containsOnly(GreenlangMetricExporter.DEFAULT_CHANNEL);
    assertThat(List.of("long.counter", "double.counter", "observed.total"))
        .allMatch(name -> sink.only(name).type().equals(MetricType.COUNTER));
    assertThat(List.of("long.level", "double.level", "gauge", "long.gauge", "observed"))
        .allMatch(name -> sink.only(name).type().equals(MetricType.GAUGE));
    assertThat(List.of("histogram", "long.histogram"))
        .allMatch(name -> sink.only(name).type().equals(MetricType.HISTOGRAM));
    assertThat(sink.only("double.counter").value()).isEqualTo(2.5);
    assertThat(sink.only("long.level").value()).isEqualTo(-4);
    assertThat(sink.only("gauge").value()).isEqualTo(7.5);
    assertThat(exporter.skipped()).isZero();
  }

  @Test
  void views_ofTheApplication_apply() {
    UnaryOperator<SdkMeterProviderBuilder> views =
        builder ->
            builder
                .registerView(
                    InstrumentSelector.builder().setName("requests").build(),
                    View.builder()
                        .setName("http.requests")
                        .setAttributeFilter(Set.of("route"))
                        .build())
                .registerView(
                    InstrumentSelector.builder().setName("size").build(),
                    View.builder().setAggregation(Aggregation.sum()).build())
                .registerView(
                    InstrumentSelector.builder().setName("secret").build(),
                    View.builder().setAggregation(Aggregation.drop()).build());
    try (TestSdk sdk = new TestSdk(exporter, views)) {
      LongCounter requests = sdk.meter().counterBuilder("requests").build();
      requests.add(1, Attributes.of(ROUTE, "/a", AttributeKey.stringKey("user"), "1"));
      requests.add(1, Attributes.of(ROUTE, "/a", AttributeKey.stringKey("user"), "2"));
      var size = sdk.meter().histogramBuilder("size").build();
      sdk.meter().counterBuilder("secret").build().add(1);
      size.record(10);
      sdk.export();
      size.record(5);
      sdk.export();
    }
    assertThat(sink.names()).containsExactly("http.requests", "size");
    assertThat(sink.only("http.requests").tags()).isEqualTo(Tags.of("route", "/a"));
    assertThat(sink.only("http.requests").value()).isEqualTo(2);
    // The SDK exports a sum of a histogram as delta, because it asks for that of the instrument.
    assertThat(sink.only("size").value()).isEqualTo(15);
    assertThat(sink.only("size").type()).isEqualTo(MetricType.COUNTER);
  }

  @Test
  void series_thatCannotBePublished_areLeftOutAlone() {
    try (TestSdk sdk = new TestSdk(exporter)) {
      sdk.meter().gaugeBuilder("infinite").build().set(Double.POSITIVE_INFINITY);
      sdk.meter().counterBuilder("dots..in.name").build().add(1);
      sdk.meter().counterBuilder("n".repeat(200)).build().add(1);
      LongCounter orders = sdk.meter().counterBuilder("orders").build();
      orders.add(1, Attributes.of(ROUTE, "x".repeat(300)));
      orders.add(1, Attributes.of(ROUTE, "line\nbreak"));
      orders.add(1, Attributes.of(AttributeKey.stringKey("k".repeat(65)), "v"));
      orders.add(1, Attributes.of(AttributeKey.stringKey("__proto__"), "v"));
      var many = Attributes.builder();
      for (int i = 0; i < 17; i++) {
        many.put("key" + i, "v");
      }
      orders.add(1, many.build());
      orders.add(5, Attributes.of(ROUTE, "/a"));
      sdk.export();
      assertThat(sink.names()).containsExactly("orders");
      assertThat(sink.only("orders").value()).isEqualTo(5);
      assertThat(exporter.skipped()).isEqualTo(8);
    }
  }

  @Test
  void descriptions_ofInstruments_arePassedOnOnce() {
    try (TestSdk sdk = new TestSdk(exporter)) {
      sdk.meter()
          .histogramBuilder("request.duration")
          .setUnit("s")
          .setDescription("Duration of\nrequests")
          .build()
          .record(1);
      sdk.meter().counterBuilder("plain").build().add(1);
      sdk.meter().upDownCounterBuilder("open").setUnit("{request}").build().add(1);
      sdk.export();
      sdk.export();
    }
    assertThat(sink.descriptions())
        .containsExactlyInAnyOrder(
            MetricDescription.of(
                "application.metrics", "request.duration", "s", "Duration of requests"),
            MetricDescription.of("application.metrics", "open", "{request}", null));
  }

  @Test
  void export_closedHub_failsWithoutAnException() {
    MetricsHub hub = MetricsHub.create();
    GreenlangMetricExporter closing = GreenlangMetricExporter.create(hub);
    hub.close();
    try (TestSdk sdk = new TestSdk(closing)) {
      sdk.meter().counterBuilder("orders").build().add(1);
      assertThatThrownBy(sdk::export).hasMessageContaining("the export succeeds");
    }
    assertThat(closing.skipped()).isEqualTo(1);
    assertThat(closing.export(List.of()).isSuccess()).isFalse();
  }

  @Test
  void shutdown_later_exportFailsAndActionRanOnce() {
    int[] runs = {0};
    GreenlangMetricExporter closing =
        GreenlangMetricExporter.builder(sink).onShutdown(() -> runs[0]++).build();
    assertThat(closing.flush().isSuccess()).isTrue();
    assertThat(closing.shutdown().isSuccess()).isTrue();
    closing.close();
    assertThat(closing.export(List.of()).isSuccess()).isFalse();
    assertThat(runs[0]).isEqualTo(1);
  }
}
