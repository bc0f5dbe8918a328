package io.greenlang.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.config.NamingConvention;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The samples of one collection, in an order that a registry does not guarantee. */
class MeterSamplesTest {

  private final MeterRegistry registry = new GreenlangMeterRegistry();

  private static MeterReader reader(Meter meter) {
    return new MeterReader(meter, MicrometerSource.DEFAULT_CHANNEL, NamingConvention.identity);
  }

  @Test
  void add_meterThatIsLeftOut_ownsNoneOfItsSeries() {
    MeterSamples samples = new MeterSamples(4);
    samples.add(reader(registry.counter("pool.count")));
    samples.add(
        reader(
            Meter.builder(
                    "pool",
                    Meter.Type.OTHER,
                    List.of(
                        new Measurement(() -> 2.0, Statistic.VALUE),
                        new Measurement(() -> 7.0, Statistic.COUNT)))
                .register(registry)));
    samples.add(reader(Gauge.builder("pool.value", () -> 3).register(registry)));
    assertThat(samples.metrics())
        .extracting(Metric::name)
        .containsExactly("pool.count", "pool.value");
    assertThat(samples.skipped()).isEqualTo(1);
  }

  @Test
  void problems_moreMetersThanAMessageNames_areAllReportedOnce() {
    List<MeterReader> readers =
        IntStream.range(0, 2 * MeterSamples.MAX_PROBLEMS + 1)
            .mapToObj(i -> reader(Gauge.builder("nan." + i, () -> Double.NaN).register(registry)))
            .toList();
    List<String> reported = new ArrayList<>();
    for (int collection = 0; collection < 4; collection++) {
      MeterSamples samples = new MeterSamples(0);
      readers.forEach(samples::add);
      assertThat(samples.skipped()).isEqualTo(readers.size());
      assertThat(samples.problems()).hasSizeLessThanOrEqualTo(MeterSamples.MAX_PROBLEMS);
      reported.addAll(samples.problems());
    }
    assertThat(reported).hasSize(readers.size()).doesNotHaveDuplicates();
  }
}
