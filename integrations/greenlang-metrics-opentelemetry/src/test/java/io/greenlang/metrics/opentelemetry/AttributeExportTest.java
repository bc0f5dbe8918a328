package io.greenlang.metrics.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleGauge;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.resources.Resource;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The tags of series: attributes of measurements, of the resource, and scopes. */
class AttributeExportTest {

  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("route");

  private final RecordingSink sink = new RecordingSink();
  private final GreenlangMetricExporter exporter = GreenlangMetricExporter.create(sink);

  private static UnaryOperator<SdkMeterProviderBuilder> resource(String... pairs) {
    var attributes = Attributes.builder();
    for (int i = 0; i < pairs.length; i += 2) {
      attributes.put(pairs[i], pairs[i + 1]);
    }
    return builder -> builder.setResource(Resource.create(attributes.build()));
  }

  @Test
  void attributes_ofAllTypes_areTags() {
    try (TestSdk sdk = new TestSdk(exporter)) {
      Attributes attributes =
          Attributes.builder()
              .put("text", "a")
              .put("flag", true)
              .put("number", 500L)
              .put("ratio", 0.5)
              .put("list", "x", "y")
              .build();
      sdk.meter().counterBuilder("orders").build().add(1, attributes);
      sdk.export();
    }
    assertThat(sink.only("orders").tags())
        .isEqualTo(
            Tags.of(
                "text", "a", "flag", "true", "number", "500", "ratio", "0.5", "list", "[x, y]"));
  }

  @Test
  void resource_byDefault_givesTheServiceName() {
    try (TestSdk sdk =
        new TestSdk(
            exporter, resource("service.name", "shop", "service.instance.id", "i-1", "os", "x"))) {
      sdk.meter().counterBuilder("orders").build().add(1);
      sdk.export();
    }
    assertThat(sink.only("orders").tags()).isEqualTo(Tags.of("service.name", "shop"));
  }

  @Test
  void resource_unknownService_givesNoTag() {
    try (TestSdk sdk =
        new TestSdk(exporter, builder -> builder.setResource(Resource.getDefault()))) {
      sdk.meter().counterBuilder("orders").build().add(1);
      sdk.export();
    }
    assertThat(sink.only("orders").tags()).isEqualTo(Tags.empty());
  }

  @Test
  void resource_selectedAttributes_areTagsUnlessTheMeasurementHasThem() {
    GreenlangMetricExporter selecting =
        GreenlangMetricExporter.builder(sink)
            .channel(new Channel("shop.metrics"))
            .resourceAttributes(List.of("service.instance.id", "route", "missing"))
            .build();
    try (TestSdk sdk =
        new TestSdk(
            selecting,
            resource("service.name", "shop", "service.instance.id", "i-1", "route", "none"))) {
      sdk.meter().counterBuilder("orders").build().add(1, Attributes.of(ROUTE, "/a"));
      sdk.export();
    }
    assertThat(sink.only("orders").tags())
        .isEqualTo(Tags.of("service.instance.id", "i-1", "route", "/a"));
    assertThat(sink.only("orders").channel()).isEqualTo(new Channel("shop.metrics"));
  }

  @Test
  void scopes_sameInstrument_oneScopeKeepsTheSeries() {
    try (TestSdk sdk = new TestSdk(exporter)) {
      LongCounter first = sdk.meter("scope.a").counterBuilder("calls").build();
      LongCounter second = sdk.meter("scope.b").counterBuilder("calls").build();
      for (int export = 1; export <= 3; export++) {
        first.add(1);
        second.add(100);
        sdk.export();
        assertThat(exporter.skipped()).isEqualTo(export);
        assertThat(sink.only("calls").value()).isIn((double) export, 100.0 * export);
      }
    }
  }

  @Test
  void scopes_tagged_areSeriesOfTheirOwn() {
    GreenlangMetricExporter tagging = GreenlangMetricExporter.builder(sink).scopeName(true).build();
    try (TestSdk sdk = new TestSdk(tagging)) {
      sdk.meter("scope.a").counterBuilder("calls").build().add(1);
      sdk.meter("scope.b").counterBuilder("calls").build().add(100);
      sdk.export();
    }
    assertThat(sink.metrics())
        .extracting(Metric::tags)
        .containsExactlyInAnyOrder(
            Tags.of("otel.scope.name", "scope.a"), Tags.of("otel.scope.name", "scope.b"));
    assertThat(tagging.skipped()).isZero();
  }

  @Test
  void attributes_differingInTypeOnly_areOneSeriesAndCounted() {
    try (TestSdk sdk = new TestSdk(exporter)) {
      DoubleGauge gauge = sdk.meter().gaugeBuilder("level").build();
      gauge.set(1, Attributes.of(AttributeKey.longKey("code"), 5L));
      gauge.set(2, Attributes.of(AttributeKey.stringKey("code"), "5"));
      sdk.export();
      double kept = sink.only("level").value();
      sdk.export();
      assertThat(sink.only("level").value()).isEqualTo(kept);
    }
    assertThat(exporter.skipped()).isEqualTo(2);
  }

  @Test
  void cardinality_overLimit_arrivesAsOverflowSeries() {
    UnaryOperator<SdkMeterProviderBuilder> limit =
        builder ->
            builder.registerView(
                InstrumentSelector.builder().setName("orders").build(),
                View.builder().setCardinalityLimit(10).build());
    try (TestSdk sdk = new TestSdk(exporter, limit)) {
      LongCounter orders = sdk.meter().counterBuilder("orders").build();
      for (int i = 0; i < 1_000; i++) {
        orders.add(1, Attributes.of(ROUTE, "/" + i));
      }
      sdk.export();
    }
    assertThat(sink.metrics()).hasSizeBetween(9, 11);
    assertThat(sink.metrics().stream().mapToDouble(Metric::value).sum()).isEqualTo(1_000);
    assertThat(sink.metrics())
        .extracting(Metric::tags)
        .contains(Tags.of("otel.metric.overflow", "true"));
  }
}
