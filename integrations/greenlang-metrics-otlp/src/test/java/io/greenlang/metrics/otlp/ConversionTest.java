package io.greenlang.metrics.otlp;

import static io.greenlang.metrics.otlp.Exports.CUMULATIVE;
import static io.greenlang.metrics.otlp.Exports.DELTA;
import static io.greenlang.metrics.otlp.Exports.attribute;
import static io.greenlang.metrics.otlp.Exports.buckets;
import static io.greenlang.metrics.otlp.Exports.gauge;
import static io.greenlang.metrics.otlp.Exports.histogram;
import static io.greenlang.metrics.otlp.Exports.nanos;
import static io.greenlang.metrics.otlp.Exports.number;
import static io.greenlang.metrics.otlp.Exports.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which samples the data points of each kind become, and which points are rejected. */
final class ConversionTest {

  private static final Instant CREATED = Instant.parse("2026-11-28T12:00:00Z");
  private static final Instant START = CREATED.plusSeconds(10);
  private static final Channel CHANNEL = new Channel("application.metrics");
  private static final long IDLE_NANOS = Duration.ofMinutes(15).toNanos();

  private final SeriesStates states = new SeriesStates(100_000, IDLE_NANOS);
  private final PointConverter converter = new PointConverter(states, CREATED.toEpochMilli());
  private Set<String> resourceAttributes = Set.of("service.name");
  private ExportRequest latest = newRequest(new RecordingSink(), CREATED);

  private ExportRequest newRequest(RecordingSink sink, Instant now) {
    long monotonicNanos = Duration.between(CREATED, now).toNanos();
    return new ExportRequest(
        sink, converter, new PointConverter.Now(now.toEpochMilli(), monotonicNanos));
  }

  private RecordingSink export(Instant now, ExportMetricsServiceRequest request)
      throws RequestException {
    RecordingSink sink = new RecordingSink();
    latest = newRequest(sink, now);
    new ExportReader(CHANNEL, resourceAttributes, latest)
        .read(new WireReader(request.toByteArray()));
    latest.publish();
    return sink;
  }

  private List<Metric> samples(Instant now, io.opentelemetry.proto.metrics.v1.Metric... metrics)
      throws RequestException {
    return export(now, Exports.request(metrics)).samples;
  }

  private static Instant at(int seconds) {
    return CREATED.plusSeconds(seconds);
  }

  private static Distribution distribution(List<Metric> samples) {
    assertThat(samples).hasSize(1);
    assertThat(samples.get(0).type()).isEqualTo(MetricType.HISTOGRAM);
    return (Distribution) Objects.requireNonNull(samples.get(0).detail());
  }

  @Test
  void gauge_pointWithAttributes_hasTagsOfPointAndResource() throws RequestException {
    NumberDataPoint.Builder point =
        number(START, at(20), 1.5)
            .addAttributes(attribute("region", "eu"))
            .addAttributes(attribute("ok", AnyValue.newBuilder().setBoolValue(true)))
            .addAttributes(attribute("n", AnyValue.newBuilder().setIntValue(-3)));
    assertThat(samples(at(20), gauge("queue.depth", point)))
        .containsExactly(
            new Metric(
                CHANNEL,
                "queue.depth",
                MetricType.GAUGE,
                1.5,
                at(20),
                Tags.of("n", "-3", "ok", "true", "region", "eu", "service.name", "shop")));
  }

  @Test
  void gauge_attributeOfResourceAndPoint_pointWins() throws RequestException {
    NumberDataPoint.Builder point =
        number(START, at(20), 1).addAttributes(attribute("service.name", "other"));
    assertThat(samples(at(20), gauge("a", point)).get(0).tags())
        .isEqualTo(Tags.of("service.name", "other"));
    resourceAttributes = Set.of("host.name");
    assertThat(samples(at(20), gauge("a", number(START, at(20), 1))).get(0).tags())
        .isEqualTo(Tags.of("host.name", "web-1"));
  }

  @Test
  void gauge_integerWithoutTime_takesTimeOfPublication() throws RequestException {
    Metric sample = samples(at(20), gauge("a", NumberDataPoint.newBuilder().setAsInt(-9))).get(0);
    assertThat(sample.value()).isEqualTo(-9);
    assertThat(sample.timestamp()).isNull();
  }

  @Test
  void metric_unitAndDescription_areDescribed() throws RequestException {
    RecordingSink sink =
        export(
            at(20),
            Exports.request(
                gauge("a", number(START, at(20), 1)).toBuilder()
                    .setUnit("By")
                    .setDescription("two\nlines")
                    .build()));
    assertThat(sink.descriptions).hasSize(1);
    assertThat(sink.descriptions.get(0).unit()).isEqualTo("By");
    assertThat(sink.descriptions.get(0).description()).isEqualTo("two lines");
  }

  @Test
  void cumulativeSum_monotonic_isCounterWithStart() throws RequestException {
    Metric sample = samples(at(20), sum("s", CUMULATIVE, true, number(START, at(20), 7))).get(0);
    assertThat(sample.type()).isEqualTo(MetricType.COUNTER);
    assertThat(sample.value()).isEqualTo(7);
    assertThat(sample.detail()).isEqualTo(new CounterStart(START));
    assertThat(states.size()).as("cumulative sums need no state").isZero();
  }

  @Test
  void sum_notMonotonic_isGauge() throws RequestException {
    assertThat(samples(at(20), sum("u", CUMULATIVE, false, number(START, at(20), -7))).get(0))
        .returns(MetricType.GAUGE, Metric::type)
        .returns(-7.0, Metric::value);
    samples(at(21), sum("v", DELTA, false, number(START, at(21), 5)));
    assertThat(samples(at(22), sum("v", DELTA, false, number(at(21), at(22), -8))).get(0))
        .returns(MetricType.GAUGE, Metric::type)
        .returns(-3.0, Metric::value);
  }

  @Test
  void deltaSum_severalPoints_addUpFromFirstStart() throws RequestException {
    for (int i = 0; i < 3; i++) {
      Metric sample =
          samples(at(20 + i), sum("d", DELTA, true, number(at(19 + i), at(20 + i), 5))).get(0);
      assertThat(sample.value()).isEqualTo(5 * (i + 1));
      assertThat(sample.detail()).isEqualTo(new CounterStart(at(19)));
    }
  }

  @Test
  void deltaSum_sentTwice_isCountedOnce() throws RequestException {
    samples(at(20), sum("d", DELTA, true, number(at(19), at(20), 5)));
    assertThat(samples(at(21), sum("d", DELTA, true, number(at(19), at(20), 5)))).isEmpty();
    assertThat(latest.rejected()).isEqualTo(1);
    assertThat(latest.firstProblem()).contains("not later");
    assertThat(samples(at(22), sum("d", DELTA, true, number(at(20), at(22), 1))).get(0).value())
        .isEqualTo(6);
  }

  @Test
  void deltaSum_idleForLong_startsAgain() throws RequestException {
    samples(at(20), sum("d", DELTA, true, number(at(19), at(20), 5)));
    Instant later = at(20).plusNanos(IDLE_NANOS + 1_000_000);
    states.discardIdle(Duration.between(CREATED, later).toNanos());
    assertThat(states.size()).isZero();
    assertThat(states.bytes()).isZero();
    Metric sample = samples(later, sum("d", DELTA, true, number(at(20), later, 1))).get(0);
    assertThat(sample.value()).isEqualTo(1);
    assertThat(sample.detail()).isEqualTo(new CounterStart(at(20)));
  }

  @Test
  void deltaSums_endlessSeries_areBoundedByBytes() throws RequestException {
    for (int i = 0; i < 1000; i++) {
      NumberDataPoint.Builder point =
          number(at(19), at(20), 1).addAttributes(attribute("id", "x" + i));
      samples(at(20), sum("d", DELTA, true, point));
    }
    assertThat(states.size()).isBetween(100, 400);
    assertThat(states.bytes()).isLessThanOrEqualTo(100_000);
    assertThat(latest.firstProblem()).contains("too many series or buckets");
    assertThat(samples(at(21), sum("d", CUMULATIVE, true, number(at(19), at(21), 1)))).hasSize(1);
  }

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
        samples(at(20 + round), histogram("h", CUMULATIVE, point));
        assertThat(states.bytes()).isLessThanOrEqualTo(100_000);
      }
    }
    assertThat(states.size()).isPositive();
    assertThat(latest.firstProblem()).contains("too many series or buckets");
  }

  @Test
  void deltaHistogram_point_isItsDistribution() throws RequestException {
    Distribution distribution =
        distribution(
            samples(
                at(20),
                histogram("h", DELTA, buckets(START, at(20), 230, 3, 2, 1).setMin(1).setMax(150))));
    assertThat(distribution.count()).isEqualTo(6);
    assertThat(distribution.sum()).isEqualTo(230);
    assertThat(distribution.min()).isEqualTo(1);
    assertThat(distribution.max()).isEqualTo(150);
    assertThat(states.size()).isZero();
  }

  @Test
  void cumulativeHistogram_nextPoint_isTheDifference() throws RequestException {
    assertThat(
            distribution(
                    samples(
                        at(20), histogram("h", CUMULATIVE, buckets(START, at(20), 50, 3, 1, 0))))
                .count())
        .isEqualTo(4);
    Distribution change =
        distribution(
            samples(at(30), histogram("h", CUMULATIVE, buckets(START, at(30), 150, 3, 3, 0))));
    assertThat(change.count()).isEqualTo(2);
    assertThat(change.sum()).isEqualTo(100);
    assertThat(change.min()).isGreaterThanOrEqualTo(10 * 0.98);
    assertThat(samples(at(40), histogram("h", CUMULATIVE, buckets(START, at(40), 150, 3, 3, 0))))
        .as("nothing observed")
        .isEmpty();
    assertThat(latest.rejected()).isZero();
  }

  @Test
  void cumulativeHistogram_olderThanReceiver_firstPointIsBaseline() throws RequestException {
    Instant before = CREATED.minusSeconds(1000);
    assertThat(samples(at(20), histogram("h", CUMULATIVE, buckets(before, at(20), 50, 3, 1, 0))))
        .isEmpty();
    assertThat(
            distribution(
                    samples(
                        at(30), histogram("h", CUMULATIVE, buckets(before, at(30), 55, 4, 1, 0))))
                .count())
        .isEqualTo(1);
  }

  @Test
  void cumulativeHistogram_programRestarted_countsFromItsStart() throws RequestException {
    samples(at(20), histogram("h", CUMULATIVE, buckets(START, at(20), 50, 30, 10, 0)));
    assertThat(
            distribution(
                    samples(
                        at(30), histogram("h", CUMULATIVE, buckets(at(25), at(30), 60, 40, 20, 0))))
                .count())
        .isEqualTo(60);
  }

  @Test
  void cumulativeHistogram_twoProgramsWithOneIdentity_olderIsRejected() throws RequestException {
    samples(at(20), histogram("h", CUMULATIVE, buckets(START, at(20), 50, 30, 10, 0)));
    samples(at(21), histogram("h", CUMULATIVE, buckets(at(15), at(21), 50, 30, 10, 0)));
    assertThat(samples(at(30), histogram("h", CUMULATIVE, buckets(START, at(30), 60, 31, 10, 0))))
        .isEmpty();
    assertThat(latest.firstProblem()).contains("service.instance.id");
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
        distribution(samples(at(20), Exports.exponential("e", DELTA, point)));
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
    List<Metric> samples = samples(at(20), Exports.summary("q", point));
    assertThat(samples).extracting(Metric::name).containsExactly("q", "q.count", "q.sum");
    assertThat(samples).extracting(Metric::value).containsExactly(2.0, 4.0, 10.0);
    assertThat(samples.get(0).tags().get("quantile")).isEqualTo("0.5");
    assertThat(samples.get(1).detail()).isEqualTo(new CounterStart(START));
  }

  @Test
  void point_withoutRecordedValue_isNeitherPublishedNorRejected() throws RequestException {
    assertThat(samples(at(20), gauge("a", number(START, at(20), 1).setFlags(1)))).isEmpty();
    assertThat(latest.rejected()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "NaN,       0,     ok,    must be a finite number",
    "Infinity,  0,     ok,    must be a finite number",
    "1,         3700,  ok,    more than an hour",
    "1,         -3700, ok,    more than an hour",
    "1,         0,     a..b,  empty part",
    "1,         0,     '',    must not be empty",
    "1,         0,     __proto__, __proto__",
  })
  void point_invalid_losesOnlyItself(double value, int skew, String name, String problem)
      throws RequestException {
    List<Metric> samples =
        samples(
            at(20),
            gauge(name, number(START, at(20 + skew), value)),
            gauge("valid", number(START, at(20), 2)));
    assertThat(samples).extracting(Metric::name).containsExactly("valid");
    assertThat(latest.accepted()).isEqualTo(1);
    assertThat(latest.rejected()).isEqualTo(1);
    assertThat(latest.firstProblem()).contains(problem);
  }

  @Test
  void point_invalidTagsOrBuckets_losesOnlyItself() throws RequestException {
    NumberDataPoint.Builder tooManyTags = number(START, at(20), 1);
    for (int i = 0; i < 100; i++) {
      tooManyTags.addAttributes(attribute("k" + i, "v"));
    }
    List<Metric> samples =
        samples(
            at(20),
            gauge("a", tooManyTags),
            gauge("b", number(START, at(20), 1).addAttributes(attribute("k", "v".repeat(257)))),
            gauge(
                "c",
                number(START, at(20), 1)
                    .addAttributes(
                        attribute("k", AnyValue.newBuilder().setBytesValue(ByteString.EMPTY)))),
            gauge("d", NumberDataPoint.newBuilder().setTimeUnixNano(nanos(at(20)))),
            sum(
                "e",
                AggregationTemporality.AGGREGATION_TEMPORALITY_UNSPECIFIED,
                true,
                number(START, at(20), 1)),
            sum("f", DELTA, true, number(START, at(20), -1)),
            histogram("g", DELTA, buckets(START, at(20), 5, 1, 2)),
            histogram("h", DELTA, buckets(START, at(20), 5, 1, 2, 3).setCount(7)),
            histogram("i", DELTA, buckets(START, at(20), 5, 1, -2, 3)),
            Exports.exponential(
                "j",
                DELTA,
                ExponentialHistogramDataPoint.newBuilder()
                    .setTimeUnixNano(nanos(at(20)))
                    .setScale(21)),
            gauge("valid", number(START, at(20), 2)));
    assertThat(samples).extracting(Metric::name).containsExactly("valid");
    assertThat(latest.rejected()).isEqualTo(10);
  }
}
