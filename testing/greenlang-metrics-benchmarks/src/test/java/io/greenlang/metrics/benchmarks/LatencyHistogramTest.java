package io.greenlang.metrics.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {

  private final LatencyHistogram histogram = new LatencyHistogram();

  @Test
  void millisAt_nothingRecorded_isZero() {
    assertThat(histogram.percentileMillis(0.99)).isZero();
  }

  @Test
  void millisAt_evenlySpreadValues_isWithinOneBucketOfExactPercentile() {
    for (int micros = 1; micros <= 100_000; micros++) {
      histogram.record(micros);
    }
    assertThat(histogram.percentileMillis(0.5)).isCloseTo(50, within(50 / 64.0));
    assertThat(histogram.percentileMillis(0.99)).isCloseTo(99, within(99 / 64.0));
    assertThat(histogram.percentileMillis(1)).isEqualTo(100);
    assertThat(histogram.maxMillis()).isEqualTo(100);
    assertThat(histogram.count()).isEqualTo(100_000);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 63, 64, 127, 128, 129, 255, 256, 1_000_003, Long.MAX_VALUE})
  void millisAt_oneValue_isThatValue(long micros) {
    histogram.record(micros);
    assertThat(histogram.percentileMillis(0.5)).isEqualTo(micros / 1000.0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 64, 127, 128, 191, 192, 5000, 123_456_789})
  void millisAt_largerValueExists_isAtMostOneSixtyFourthTooHigh(long micros) {
    histogram.record(micros);
    histogram.record(Long.MAX_VALUE);
    assertThat(histogram.percentileMillis(0.5) * 1000)
        .isBetween((double) micros, micros + micros / 64.0);
  }

  @Test
  void record_negativeLatency_countsAsZero() {
    histogram.record(-3);
    assertThat(histogram.percentileMillis(1)).isZero();
    assertThat(histogram.count()).isOne();
  }
}
