package io.greenlang.metrics.otlp;

import static io.greenlang.metrics.otlp.Conversion.CREATED;
import static io.greenlang.metrics.otlp.Conversion.IDLE_NANOS;
import static io.greenlang.metrics.otlp.Conversion.START;
import static io.greenlang.metrics.otlp.Conversion.at;
import static io.greenlang.metrics.otlp.Conversion.distribution;
import static io.greenlang.metrics.otlp.Exports.CUMULATIVE;
import static io.greenlang.metrics.otlp.Exports.DELTA;
import static io.greenlang.metrics.otlp.Exports.attribute;
import static io.greenlang.metrics.otlp.Exports.buckets;
import static io.greenlang.metrics.otlp.Exports.histogram;
import static io.greenlang.metrics.otlp.Exports.nanos;
import static io.greenlang.metrics.otlp.Exports.number;
import static io.greenlang.metrics.otlp.Exports.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.internal.http.RequestException;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The distributions of histograms and summaries, and the bounded state of cumulative histograms.
 */
final class HistogramConversionTest {

  private final Conversion conversion = new Conversion();

  /** Series that were accepted when they were small cannot grow past the limit together. */
  @Test
  void cumulativeHistograms_growingBuckets_areBoundedByBytes() throws RequestException {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 200; i++) {
        HistogramDataPoint.Builder point =
            buckets(START, at(20 + round), 1, 1, 0, 0).addAttributes(attribute("id", "x" + i));
        for (int bucket = 0; bucket < 1000 * round; bucket++) {
          point.addExplicitBounds(101 + bucket).addBucketCounts(0);
        }
        conversion.samples(at(20 + round), histogram("h", CUMULATIVE, point));
        assertThat(conversion.states.bytes()).isLessThanOrEqualTo(100_000);
      }
    }
    assertThat(conversion.states.size()).isPositive();
    assertThat(conversion.latest.firstProblem()).contains("too many series or buckets");
  }

  @Test
  void deltaHistogram_point_isItsDistribution() throws RequestException {
    Distribution distribution =
        distribution(
            conversion.samples(
                at(20),
                histogram("h", DELTA, buckets(START, at(20), 230, 3, 2, 1).setMin(1).setMax(150))));
    assertThat(distribution.count()).isEqualTo(6);
    assertThat(distribution.sum()).isEqualTo(230);
    assertThat(distribution.min()).isEqualTo(1);
    assertThat(distribution.max()).isEqualTo(150);
  }

  /** A sender repeats a request whose answer it missed. */
  @Test
  void deltaHistogram_sentTwice_isCountedOnce() throws RequestException {
    for (int i = 0; i < 2; i++) {
      assertThat(
              conversion.samples(
                  at(20), histogram("h", DELTA, buckets(START, at(20), 230, 3, 2, 1))))
          .hasSize(1 - i);
      assertThat(conversion.latest.rejected()).isEqualTo(i);
    }
    assertThat(conversion.latest.firstProblem())
        .contains("the time of an earlier one", "service.instance.id");
    assertThat(
            distribution(
                    conversion.samples(
                        at(30), histogram("h", DELTA, buckets(at(20), at(30), 10, 1, 0, 0))))
                .count())
        .isEqualTo(1);
  }

  /** A collector repeats a request that the server could not accept, after the next one. */
  @Test
  void deltaHistogram_arrivesAfterALaterOne_isPublished() throws RequestException {
    conversion.samples(at(30), histogram("h", DELTA, buckets(at(20), at(30), 10, 1, 0, 0)));
    assertThat(
            distribution(
                    conversion.samples(
                        at(31), histogram("h", DELTA, buckets(START, at(20), 230, 3, 2, 1))))
                .count())
        .isEqualTo(6);
    assertThat(conversion.latest.rejected()).isZero();
  }

  @Test
  void deltaHistograms_endlessSeries_leaveTheStatesOfSums() throws RequestException {
    for (int i = 0; i < 1000; i++) {
      HistogramDataPoint.Builder point =
          buckets(START, at(20), 5, 1, 0, 0).addAttributes(attribute("id", "x" + i));
      conversion.samples(at(20), histogram("h", DELTA, point));
    }
    assertThat(conversion.samples(at(21), sum("d", DELTA, true, number(at(20), at(21), 1))))
        .hasSize(1);
  }

  @Test
  void deltaHistograms_moreSeriesThanStates_areAllPublished() throws RequestException {
    for (int i = 0; i < 1000; i++) {
      HistogramDataPoint.Builder point =
          buckets(START, at(20), 5, 1, 0, 0).addAttributes(attribute("id", "x" + i));
      assertThat(conversion.samples(at(20), histogram("h", DELTA, point))).hasSize(1);
    }
    assertThat(conversion.states.bytes()).isLessThanOrEqualTo(100_000);
  }

  @Test
  void cumulativeHistogram_nextPoint_isTheDifference() throws RequestException {
    assertThat(
            distribution(
                    conversion.samples(
                        at(20), histogram("h", CUMULATIVE, buckets(START, at(20), 50, 3, 1, 0))))
                .count())
        .isEqualTo(4);
    Distribution change =
        distribution(
            conversion.samples(
                at(30), histogram("h", CUMULATIVE, buckets(START, at(30), 150, 3, 3, 0))));
    assertThat(change.count()).isEqualTo(2);
    assertThat(change.sum()).isEqualTo(100);
    assertThat(change.min()).isGreaterThanOrEqualTo(10 * 0.98);
    assertThat(
            conversion.samples(
                at(40), histogram("h", CUMULATIVE, buckets(START, at(40), 150, 3, 3, 0))))
        .as("nothing observed")
        .isEmpty();
    assertThat(conversion.latest.rejected()).isZero();
  }

  @Test
  void cumulativeHistogram_olderThanReceiver_firstPointIsBaseline() throws RequestException {
    Instant before = CREATED.minusSeconds(1000);
    assertThat(
            conversion.samples(
                at(20), histogram("h", CUMULATIVE, buckets(before, at(20), 50, 3, 1, 0))))
        .isEmpty();
    assertThat(
            distribution(
                    conversion.samples(
                        at(30), histogram("h", CUMULATIVE, buckets(before, at(30), 55, 4, 1, 0))))
                .count())
        .isEqualTo(1);
  }

  /** The program outlives its state when its network fails for longer than the idle time. */
  @Test
  void cumulativeHistogram_silentForLong_isBaselineAgain() throws RequestException {
    conversion.samples(at(20), histogram("h", CUMULATIVE, buckets(START, at(20), 50, 30, 10, 0)));
    Instant later = at(20).plusNanos(IDLE_NANOS + 1_000_000);
    conversion.discardIdle(later);
    assertThat(conversion.states.size()).isZero();
    assertThat(
            conversion.samples(
                later, histogram("h", CUMULATIVE, buckets(START, later, 60, 35, 10, 0))))
        .isEmpty();
    assertThat(conversion.latest.rejected()).isZero();
    Instant next = later.plusSeconds(10);
    assertThat(
            distribution(
                    conversion.samples(
                        next, histogram("h", CUMULATIVE, buckets(START, next, 62, 36, 11, 0))))
                .count())
        .isEqualTo(2);
    Instant restart = next.plusSeconds(1);
    assertThat(
            distribution(
                    conversion.samples(
                        restart,
                        histogram("new", CUMULATIVE, buckets(restart, restart, 9, 1, 0, 0))))
                .count())
        .as("a program that began later is published from its first point on")
        .isEqualTo(1);
  }

  @Test
  void cumulativeHistogram_otherBoundsWithinARun_isRejectedWithReason() throws RequestException {
    conversion.samples(at(20), histogram("h", CUMULATIVE, buckets(START, at(20), 50, 3, 1, 0)));
    HistogramDataPoint.Builder other = buckets(START, at(30), 60, 4, 1, 0).setExplicitBounds(0, 20);
    assertThat(conversion.samples(at(30), histogram("h", CUMULATIVE, other))).isEmpty();
    assertThat(conversion.latest.rejected()).isEqualTo(1);
    assertThat(conversion.latest.firstProblem()).contains("\"h\" has other buckets");
    HistogramDataPoint.Builder next = buckets(START, at(40), 70, 6, 1, 0).setExplicitBounds(0, 20);
    assertThat(distribution(conversion.samples(at(40), histogram("h", CUMULATIVE, next))).count())
        .isEqualTo(2);
  }

  /** A sender moves the smallest buckets into a wider zero bucket to have fewer of them. */
  @Test
  void exponentialHistogram_zeroBucketWidens_countsOnlyLaterObservations() throws RequestException {
    conversion.samples(at(20), Exports.exponential("e", CUMULATIVE, exponential(at(20), 0, 3, 4)));
    ExponentialHistogramDataPoint.Builder wider = exponential(at(30), 5, 0, 5).setZeroThreshold(2);
    Distribution distribution =
        distribution(conversion.samples(at(30), Exports.exponential("e", CUMULATIVE, wider)));
    assertThat(distribution.count()).as("two in the zero bucket, and one up to 4").isEqualTo(3);
    assertThat(distribution.quantile(0.5)).isZero();
  }

  @Test
  void exponentialHistogram_zeroBucketNarrows_isRejectedWithReason() throws RequestException {
    conversion.samples(
        at(20),
        Exports.exponential("e", CUMULATIVE, exponential(at(20), 3, 0, 4).setZeroThreshold(2)));
    ExponentialHistogramDataPoint.Builder narrower = exponential(at(30), 0, 3, 5);
    assertThat(conversion.samples(at(30), Exports.exponential("e", CUMULATIVE, narrower)))
        .isEmpty();
    assertThat(conversion.latest.firstProblem()).contains("fewer observations in one");
    ExponentialHistogramDataPoint.Builder invalid = exponential(at(40), 0, 3, 6);
    invalid.setZeroThreshold(-1);
    assertThat(conversion.samples(at(40), Exports.exponential("e", CUMULATIVE, invalid))).isEmpty();
    assertThat(conversion.latest.firstProblem()).contains("zero threshold must be at least 0");
  }

  /** Returns a point whose buckets at scale 0 hold magnitudes up to 2 and up to 4. */
  private static ExponentialHistogramDataPoint.Builder exponential(
      Instant time, long zeros, long upTo2, long upTo4) {
    ExponentialHistogramDataPoint.Builder point =
        ExponentialHistogramDataPoint.newBuilder()
            .setStartTimeUnixNano(nanos(START))
            .setTimeUnixNano(nanos(time))
            .setCount(zeros + upTo2 + upTo4)
            .setZeroCount(zeros);
    point.getPositiveBuilder().addBucketCounts(upTo2).addBucketCounts(upTo4);
    return point;
  }

  @Test
  void cumulativeHistogram_programRestarted_countsFromItsStart() throws RequestException {
    conversion.samples(at(20), histogram("h", CUMULATIVE, buckets(START, at(20), 50, 30, 10, 0)));
    assertThat(
            distribution(
                    conversion.samples(
                        at(30), histogram("h", CUMULATIVE, buckets(at(25), at(30), 60, 40, 20, 0))))
                .count())
        .isEqualTo(60);
  }

  @Test
  void cumulativeHistogram_twoProgramsWithOneIdentity_olderIsRejected() throws RequestException {
    conversion.samples(at(20), histogram("h", CUMULATIVE, buckets(START, at(20), 50, 30, 10, 0)));
    conversion.samples(at(21), histogram("h", CUMULATIVE, buckets(at(15), at(21), 50, 30, 10, 0)));
    assertThat(
            conversion.samples(
                at(30), histogram("h", CUMULATIVE, buckets(START, at(30), 60, 31, 10, 0))))
        .isEmpty();
    assertThat(conversion.latest.firstProblem()).contains("service.instance.id");
  }

  @Test
  void exponentialHistogram_bothSigns_isDistribution() throws RequestException {
    ExponentialHistogramDataPoint.Builder point =
        ExponentialHistogramDataPoint.newBuilder()
            .setTimeUnixNano(nanos(at(20)))
            .setCount(100)
            .setSum(1000)
            .setScale(5)
            .setZeroCount(1);
    // 32 buckets per power of two: these hold 8 to 16.
    for (int i = 0; i < 32; i++) {
      point.getPositiveBuilder().addBucketCounts(3);
    }
    point.getPositiveBuilder().setOffset(96);
    point.getNegativeBuilder().setOffset(0).addBucketCounts(3);
    Distribution distribution =
        distribution(conversion.samples(at(20), Exports.exponential("e", DELTA, point)));
    assertThat(distribution.count()).isEqualTo(100);
    assertThat(distribution.sum()).isEqualTo(1000);
    assertThat(distribution.quantile(0.52)).isCloseTo(8 * Math.sqrt(2), within(0.4));
    assertThat(distribution.min()).isCloseTo(-1, within(0.05));
  }

  @Test
  void summary_quantiles_areGaugesBesideCounters() throws RequestException {
    SummaryDataPoint.Builder point =
        SummaryDataPoint.newBuilder()
            .setStartTimeUnixNano(nanos(START))
            .setTimeUnixNano(nanos(at(20)))
            .setCount(4)
            .setSum(10)
            .addQuantileValues(
                SummaryDataPoint.ValueAtQuantile.newBuilder().setQuantile(0.5).setValue(2))
            .addQuantileValues(
                SummaryDataPoint.ValueAtQuantile.newBuilder()
                    .setQuantile(0.9)
                    .setValue(Double.NaN));
    List<Metric> samples = conversion.samples(at(20), Exports.summary("q", point));
    assertThat(samples).extracting(Metric::name).containsExactly("q", "q.count", "q.sum");
    assertThat(samples).extracting(Metric::value).containsExactly(2.0, 4.0, 10.0);
    assertThat(samples.get(0).tags().get("quantile")).isEqualTo("0.5");
    assertThat(samples.get(1).detail()).isEqualTo(new CounterStart(START));
  }
}
