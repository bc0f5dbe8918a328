package io.greenlang.metrics.otlp;

import static io.greenlang.metrics.otlp.Conversion.CHANNEL;
import static io.greenlang.metrics.otlp.Conversion.START;
import static io.greenlang.metrics.otlp.Conversion.at;
import static io.greenlang.metrics.otlp.Exports.DELTA;
import static io.greenlang.metrics.otlp.Exports.attribute;
import static io.greenlang.metrics.otlp.Exports.buckets;
import static io.greenlang.metrics.otlp.Exports.gauge;
import static io.greenlang.metrics.otlp.Exports.histogram;
import static io.greenlang.metrics.otlp.Exports.nanos;
import static io.greenlang.metrics.otlp.Exports.number;
import static io.greenlang.metrics.otlp.Exports.sum;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.http.RequestException;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which samples gauges and points with attributes become, and which points are rejected. */
final class ConversionTest {

  private final Conversion conversion = new Conversion();

  @Test
  void gauge_pointWithAttributes_hasTagsOfPointAndResource() throws RequestException {
    NumberDataPoint.Builder point =
        number(START, at(20), 1.5)
            .addAttributes(attribute("region", "eu"))
            .addAttributes(attribute("ok", AnyValue.newBuilder().setBoolValue(true)))
            .addAttributes(attribute("n", AnyValue.newBuilder().setIntValue(-3)));
    assertThat(conversion.samples(at(20), gauge("queue.depth", point)))
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
    assertThat(conversion.samples(at(20), gauge("a", point)).get(0).tags())
        .isEqualTo(Tags.of("service.name", "other"));
    conversion.resourceAttributes = Set.of("host.name");
    assertThat(conversion.samples(at(20), gauge("a", number(START, at(20), 1))).get(0).tags())
        .isEqualTo(Tags.of("host.name", "web-1"));
  }

  /** The second request finds the tags of the first one, and a second program has others. */
  @Test
  void gauge_sameAttributesAgain_haveTheTagsOfTheirProgram() throws RequestException {
    NumberDataPoint.Builder point =
        number(START, at(20), 1).addAttributes(attribute("region", "eu"));
    Tags first = conversion.samples(at(20), gauge("a", point)).get(0).tags();
    assertThat(conversion.samples(at(20), gauge("b", point)).get(0).tags()).isSameAs(first);
    conversion.resourceAttributes = Set.of();
    assertThat(conversion.samples(at(20), gauge("a", point)).get(0).tags())
        .isEqualTo(Tags.of("region", "eu"));
    conversion.resourceAttributes = Set.of("service.name");
    assertThat(conversion.samples(at(20), gauge("a", point)).get(0).tags()).isSameAs(first);
  }

  /** Otherwise each point of a few bytes would cost as much as all attributes of its program. */
  @ParameterizedTest
  @ValueSource(ints = {2_000, 40_000}) // below and above the bytes that a point can have
  void gauge_programRepeatsAttribute_isDecodedOnce(int repetitions) throws RequestException {
    ExportMetricsServiceRequest.Builder request =
        Exports.request(gauge("a", number(START, at(20), 1), number(START, at(21), 2))).toBuilder();
    Resource.Builder program = request.getResourceMetricsBuilder(0).getResourceBuilder();
    for (int i = 0; i < repetitions; i++) {
      program.addAttributes(attribute("service.name", "v" + i));
    }
    List<Metric> samples = conversion.export(at(20), request.build()).samples;
    assertThat(samples).hasSize(2);
    assertThat(samples.get(0).tags())
        .isEqualTo(Tags.of("service.name", "v" + (repetitions - 1)))
        .isSameAs(samples.get(1).tags());
    assertThat(conversion.tags.bytes()).isBetween(1L, 1_000L);
  }

  @Test
  void gauge_attributeOfProgramWithUnknownField_isDecodedOnce() throws RequestException {
    UnknownFieldSet.Field ballast =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFrom(new byte[60_000]))
            .build();
    ExportMetricsServiceRequest.Builder request =
        Exports.request(gauge("a", number(START, at(20), 1), number(START, at(21), 2))).toBuilder();
    request
        .getResourceMetricsBuilder(0)
        .getResourceBuilder()
        .getAttributesBuilder(0)
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(100, ballast).build());
    List<Metric> samples = conversion.export(at(20), request.build()).samples;
    assertThat(samples.get(0).tags())
        .isEqualTo(Tags.of("service.name", "shop"))
        .isSameAs(samples.get(1).tags());
    assertThat(conversion.tags.bytes()).isBetween(1L, 1_000L);
  }

  @Test
  void gauge_integerWithoutTime_takesTimeOfPublication() throws RequestException {
    Metric sample =
        conversion.samples(at(20), gauge("a", NumberDataPoint.newBuilder().setAsInt(-9))).get(0);
    assertThat(sample.value()).isEqualTo(-9);
    assertThat(sample.timestamp()).isNull();
  }

  @Test
  void metric_unitAndDescription_areDescribed() throws RequestException {
    RecordingSink sink =
        conversion.export(
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
  void point_withoutRecordedValue_isNeitherPublishedNorRejected() throws RequestException {
    assertThat(conversion.samples(at(20), gauge("a", number(START, at(20), 1).setFlags(1))))
        .isEmpty();
    assertThat(conversion.latest.rejected()).isZero();
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
        conversion.samples(
            at(20),
            gauge(name, number(START, at(20 + skew), value)),
            gauge("valid", number(START, at(20), 2)));
    assertThat(samples).extracting(Metric::name).containsExactly("valid");
    assertThat(conversion.latest.accepted()).isEqualTo(1);
    assertThat(conversion.latest.rejected()).isEqualTo(1);
    assertThat(conversion.latest.firstProblem()).contains(problem);
  }

  @Test
  void point_invalidTagsOrBuckets_losesOnlyItself() throws RequestException {
    NumberDataPoint.Builder tooManyTags = number(START, at(20), 1);
    for (int i = 0; i < 100; i++) {
      tooManyTags.addAttributes(attribute("k" + i, "v"));
    }
    List<Metric> samples =
        conversion.samples(
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
    assertThat(conversion.latest.rejected()).isEqualTo(10);
  }
}
