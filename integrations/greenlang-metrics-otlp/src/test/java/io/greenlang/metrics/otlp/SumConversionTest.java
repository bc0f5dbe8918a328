package io.greenlang.metrics.otlp;

import static io.greenlang.metrics.otlp.Conversion.IDLE_NANOS;
import static io.greenlang.metrics.otlp.Conversion.START;
import static io.greenlang.metrics.otlp.Conversion.at;
import static io.greenlang.metrics.otlp.Exports.CUMULATIVE;
import static io.greenlang.metrics.otlp.Exports.DELTA;
import static io.greenlang.metrics.otlp.Exports.attribute;
import static io.greenlang.metrics.otlp.Exports.number;
import static io.greenlang.metrics.otlp.Exports.sum;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.internal.http.RequestException;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The counters and gauges of sums, and the bounded state of delta sums. */
final class SumConversionTest {

  private final Conversion conversion = new Conversion();

  @Test
  void cumulativeSum_monotonic_isCounterWithStart() throws RequestException {
    Metric sample =
        conversion.samples(at(20), sum("s", CUMULATIVE, true, number(START, at(20), 7))).get(0);
    assertThat(sample.type()).isEqualTo(MetricType.COUNTER);
    assertThat(sample.value()).isEqualTo(7);
    assertThat(sample.detail()).isEqualTo(new CounterStart(START));
    assertThat(conversion.states.size()).as("cumulative sums need no state").isZero();
  }

  @Test
  void sum_notMonotonic_isGauge() throws RequestException {
    assertThat(
            conversion
                .samples(at(20), sum("u", CUMULATIVE, false, number(START, at(20), -7)))
                .get(0))
        .returns(MetricType.GAUGE, Metric::type)
        .returns(-7.0, Metric::value);
    conversion.samples(at(21), sum("v", DELTA, false, number(START, at(21), 5)));
    assertThat(
            conversion.samples(at(22), sum("v", DELTA, false, number(at(21), at(22), -8))).get(0))
        .returns(MetricType.GAUGE, Metric::type)
        .returns(-3.0, Metric::value);
  }

  @Test
  void deltaSum_severalPoints_addUpFromFirstStart() throws RequestException {
    for (int i = 0; i < 3; i++) {
      Metric sample =
          conversion
              .samples(at(20 + i), sum("d", DELTA, true, number(at(19 + i), at(20 + i), 5)))
              .get(0);
      assertThat(sample.value()).isEqualTo(5 * (i + 1));
      assertThat(sample.detail()).isEqualTo(new CounterStart(at(19)));
    }
  }

  @Test
  void deltaSum_sentTwice_isCountedOnce() throws RequestException {
    conversion.samples(at(20), sum("d", DELTA, true, number(at(19), at(20), 5)));
    assertThat(conversion.samples(at(21), sum("d", DELTA, true, number(at(19), at(20), 5))))
        .isEmpty();
    assertThat(conversion.latest.rejected()).isEqualTo(1);
    assertThat(conversion.latest.firstProblem())
        .contains("not later", "sent twice", "arrived after a later one");
    assertThat(
            conversion
                .samples(at(22), sum("d", DELTA, true, number(at(20), at(22), 1)))
                .get(0)
                .value())
        .isEqualTo(6);
  }

  @Test
  void deltaSum_idleForLong_startsAgain() throws RequestException {
    conversion.samples(at(20), sum("d", DELTA, true, number(at(19), at(20), 5)));
    Instant later = at(20).plusNanos(IDLE_NANOS + 1_000_000);
    conversion.discardIdle(later);
    assertThat(conversion.states.size()).isZero();
    assertThat(conversion.states.bytes()).isZero();
    Metric sample =
        conversion.samples(later, sum("d", DELTA, true, number(at(20), later, 1))).get(0);
    assertThat(sample.value()).isEqualTo(1);
    assertThat(sample.detail()).isEqualTo(new CounterStart(at(20)));
  }

  @Test
  void deltaSums_endlessSeries_areBoundedByBytes() throws RequestException {
    for (int i = 0; i < 1000; i++) {
      NumberDataPoint.Builder point =
          number(at(19), at(20), 1).addAttributes(attribute("id", "x" + i));
      conversion.samples(at(20), sum("d", DELTA, true, point));
    }
    assertThat(conversion.states.size()).isBetween(100, 400);
    assertThat(conversion.states.bytes()).isLessThanOrEqualTo(100_000);
    assertThat(conversion.latest.firstProblem()).contains("too many series or buckets");
    assertThat(conversion.samples(at(21), sum("d", CUMULATIVE, true, number(at(19), at(21), 1))))
        .hasSize(1);
  }
}
