package io.greenlang.metrics.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import java.time.Instant;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The totals and starts of counters, also of delta sums and restarted SDKs. */
class CounterExportTest {

  private final RecordingSink sink = new RecordingSink();
  private final GreenlangMetricExporter exporter = GreenlangMetricExporter.create(sink);

  private static Instant start(Metric counter) {
    return ((CounterStart) Objects.requireNonNull(counter.detail())).time();
  }

  @Test
  void counter_severalExports_isTotalSinceItsStart() {
    try (TestSdk sdk = new TestSdk(exporter)) {
      LongCounter counter = sdk.meter().counterBuilder("orders").build();
      counter.add(3);
      sdk.export();
      Instant begin = start(sink.only("orders"));
      assertThat(begin).isBefore(Instant.now()).isAfter(Instant.now().minusSeconds(60));
      counter.add(4);
      sdk.export();
      assertThat(sink.only("orders").value()).isEqualTo(7);
      assertThat(start(sink.only("orders"))).isEqualTo(begin);
    }
  }

  @Test
  void sums_ofDeltaTemporality_areTotalled() {
    try (TestSdk sdk =
        new TestSdk(exporter, type -> AggregationTemporality.DELTA, UnaryOperator.identity())) {
      LongCounter counter = sdk.meter().counterBuilder("orders").build();
      LongUpDownCounter level = sdk.meter().upDownCounterBuilder("open").build();
      counter.add(3);
      level.add(5);
      sdk.export();
      Instant begin = start(sink.only("orders"));
      counter.add(4);
      level.add(-2);
      sdk.export();
      assertThat(sink.only("orders").value()).isEqualTo(7);
      assertThat(start(sink.only("orders"))).isEqualTo(begin);
      assertThat(sink.only("open").value()).isEqualTo(3);
      assertThat(sink.only("open").type()).isEqualTo(MetricType.GAUGE);
    }
  }

  @Test
  void counter_restartedSdk_hasLaterStart() {
    Instant first = Instant.MAX;
    for (int run = 0; run < 2; run++) {
      try (TestSdk sdk =
          new TestSdk(
              exporter,
              AggregationTemporalitySelector.alwaysCumulative(),
              UnaryOperator.identity())) {
        sdk.meter().counterBuilder("orders").build().add(5 - run);
        sdk.export();
      }
      if (run == 0) {
        first = start(sink.only("orders"));
        waitForNextMillisecond();
      }
    }
    assertThat(sink.only("orders").value()).isEqualTo(4);
    assertThat(start(sink.only("orders"))).isAfter(first);
  }

  private static void waitForNextMillisecond() {
    long before = System.currentTimeMillis();
    while (System.currentTimeMillis() <= before + 1) {
      Thread.onSpinWait();
    }
  }
}
