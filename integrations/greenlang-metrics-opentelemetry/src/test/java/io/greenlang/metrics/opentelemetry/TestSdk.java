package io.greenlang.metrics.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A real SDK whose exports are started by the test only. */
final class TestSdk implements AutoCloseable {

  private final Gate gate;
  private final SdkMeterProvider provider;

  /** Creates an SDK with an exporter and further settings, such as views. */
  TestSdk(MetricExporter exporter, UnaryOperator<SdkMeterProviderBuilder> settings) {
    this(new Gate(exporter, exporter), settings);
  }

  TestSdk(MetricExporter exporter) {
    this(exporter, UnaryOperator.identity());
  }

  /** Creates an SDK that exports with other temporalities than the exporter asks for. */
  TestSdk(
      MetricExporter exporter,
      AggregationTemporalitySelector temporality,
      UnaryOperator<SdkMeterProviderBuilder> settings) {
    this(new Gate(exporter, temporality), settings);
  }

  private TestSdk(Gate gate, UnaryOperator<SdkMeterProviderBuilder> settings) {
    this.gate = gate;
    PeriodicMetricReader reader =
        PeriodicMetricReader.builder(gate).setInterval(Duration.ofDays(1)).build();
    provider = settings.apply(SdkMeterProvider.builder().registerMetricReader(reader)).build();
  }

  Meter meter() {
    return meter("test");
  }

  Meter meter(String scope) {
    return provider.get(scope);
  }

  /** Exports the measurements. */
  void export() {
    gate.open = true;
    CompletableResultCode result = provider.forceFlush().join(60, TimeUnit.SECONDS);
    gate.open = false;
    assertThat(result.isSuccess()).as("the export succeeds").isTrue();
  }

  /** Closes the SDK. The exporter remains open, so that another SDK can use it. */
  @Override
  public void close() {
    provider.close();
  }

  /** An exporter that passes only the test's exports on, not the last one of a closing SDK. */
  private static final class Gate implements MetricExporter {

    private final MetricExporter exporter;
    private final AggregationTemporalitySelector temporality;
    private volatile boolean open;

    Gate(MetricExporter exporter, AggregationTemporalitySelector temporality) {
      this.exporter = exporter;
      this.temporality = temporality;
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
      return temporality.getAggregationTemporality(type);
    }

    @Override
    public Aggregation getDefaultAggregation(InstrumentType type) {
      return exporter.getDefaultAggregation(type);
    }

    @Override
    public CompletableResultCode export(Collection<MetricData> metrics) {
      return open ? exporter.export(metrics) : CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
