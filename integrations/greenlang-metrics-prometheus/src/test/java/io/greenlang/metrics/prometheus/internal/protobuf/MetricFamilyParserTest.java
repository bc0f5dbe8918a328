package io.greenlang.metrics.prometheus.internal.protobuf;

import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.bucket;
import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.message;
import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.metric;
import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.number;
import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.timestamp;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The reading of Prometheus' format in Protocol Buffers. */
@Timeout(60)
class MetricFamilyParserTest {

  private static final byte[] CREATED = timestamp(1_700_000_000, 500_000_000);

  @Test
  void parse_familiesOfNumbers_becomeLines() {
    byte[] counter =
        message(
            out -> {
              out.writeDouble(1, 5);
              out.writeByteArray(3, CREATED);
            });
    RecordedFamilies families =
        RecordedFamilies.of(
            new ProtobufBody()
                .family(
                    "requests_total",
                    ProtobufBody.COUNTER,
                    metric(ProtobufBody.COUNTER, counter, "code", "200", "path", "\"\\\n"))
                .family("depth", ProtobufBody.GAUGE, metric(ProtobufBody.GAUGE, number(-2.5)))
                .family("any", ProtobufBody.UNTYPED, metric(ProtobufBody.UNTYPED, new byte[0])));
    assertThat(families.lines)
        .containsExactly(
            "type requests_total COUNTER",
            "help requests_total The help of requests_total",
            "requests_total_created{code=\"200\",path=\"\\\"\\\\\\n\"} 1.7000000005E9",
            "requests_total{code=\"200\",path=\"\\\"\\\\\\n\"} 5.0",
            "type depth GAUGE",
            "help depth The help of depth",
            "depth -2.5",
            "type any UNKNOWN",
            "help any The help of any",
            "any 0.0");
    assertThat(families.bad).isEmpty();
    assertThat(families.isComplete).isTrue();
  }

  @Test
  void parse_summary_becomesItsParts() {
    byte[] summary =
        message(
            out -> {
              out.writeUInt64(1, 34);
              out.writeDouble(2, 12);
              out.writeByteArray(
                  3,
                  message(
                      quantile -> {
                        quantile.writeDouble(1, 0.99);
                        quantile.writeDouble(2, Double.NaN);
                      }));
              out.writeByteArray(4, CREATED);
            });
    RecordedFamilies families =
        RecordedFamilies.of(
            new ProtobufBody()
                .family(
                    "s", ProtobufBody.SUMMARY, metric(ProtobufBody.SUMMARY, summary, "a", "b")));
    assertThat(families.samples())
        .containsExactly(
            "s{a=\"b\",quantile=\"0.99\"} NaN",
            "s_created{a=\"b\"} 1.7000000005E9",
            "s_sum{a=\"b\"} 12.0",
            "s_count{a=\"b\"} 34.0");
  }

  @Test
  void parse_classicHistogram_hasTheBucketWithoutABound() {
    ProtobufBody.Fields fields =
        out -> {
          out.writeUInt64(1, 7);
          out.writeDouble(2, 3.5);
          out.writeByteArray(3, bucket(0.005, 1));
          out.writeByteArray(3, bucket(10, 6));
        };
    assertThat(RecordedFamilies.ofHistogram(fields).samples())
        .containsExactly(
            "h_bucket{le=\"0.005\"} 1.0",
            "h_bucket{le=\"10.0\"} 6.0",
            "h_bucket{le=\"+Inf\"} 7.0",
            "h_sum 3.5");
    ProtobufBody.Fields withInfinity =
        out -> {
          fields.write(out);
          out.writeByteArray(3, bucket(Double.POSITIVE_INFINITY, 8));
        };
    assertThat(RecordedFamilies.ofHistogram(withInfinity).samples())
        .contains("h_bucket{le=\"+Inf\"} 8.0")
        .doesNotContain("h_bucket{le=\"+Inf\"} 7.0");
  }

  @Test
  void parse_gaugeHistogram_hasTheSuffixesOfItsType() {
    byte[] value = message(out -> out.writeUInt64(1, 7));
    RecordedFamilies families =
        RecordedFamilies.of(
            new ProtobufBody()
                .family(
                    "h",
                    ProtobufBody.GAUGE_HISTOGRAM,
                    metric(ProtobufBody.GAUGE_HISTOGRAM, value)));
    assertThat(families.samples()).containsExactly("h_bucket{le=\"+Inf\"} 7.0", "h_gsum 0.0");
  }

  @Test
  void parse_invalidNames_loseOnlyTheirMetric() {
    RecordedFamilies families =
        RecordedFamilies.of(
            new ProtobufBody()
                .family("no name", ProtobufBody.GAUGE, metric(ProtobufBody.GAUGE, number(1)))
                .family(
                    "g",
                    ProtobufBody.GAUGE,
                    metric(ProtobufBody.GAUGE, number(1), "a=\"1\",b", "2"),
                    metric(ProtobufBody.COUNTER, number(2), "a", "1"),
                    metric(ProtobufBody.GAUGE, number(3), "a", "\uFFFD"),
                    metric(ProtobufBody.GAUGE, number(4), "a", "1")));
    assertThat(families.bad)
        .containsExactly(
            "1 describes a family without a valid name",
            "2 has a label without a valid name",
            "2 has a metric without a value of its type",
            "2 is not valid UTF-8");
    assertThat(families.samples()).containsExactly("g{a=\"1\"} 4.0");
  }

  @Test
  void parse_malformedMessages_loseOnlyThemselves() {
    byte[] good = metric(ProtobufBody.GAUGE, number(1));
    byte[] bad = {0x12, 0x09, 0x09, 1, 2}; // a gauge that ends early
    RecordedFamilies families =
        RecordedFamilies.of(
            new ProtobufBody()
                .family("a", ProtobufBody.GAUGE, bad, good)
                .add(out -> out.writeRawBytes(new byte[] {0x0a, 0x7f}))
                .family("b", 9, good)
                .family("c", ProtobufBody.GAUGE, good));
    assertThat(families.bad)
        .containsExactly("1 is malformed", "2 is malformed", "3 declares an unknown type");
    assertThat(families.samples()).containsExactly("a 1.0", "c 1.0");
    assertThat(families.isComplete).isTrue();
  }

  @Test
  void parse_unitAfterTheMetrics_isReadFirst() {
    RecordedFamilies families =
        RecordedFamilies.of(
            new ProtobufBody()
                .add(
                    out -> {
                      out.writeByteArray(4, metric(ProtobufBody.GAUGE, number(1)));
                      out.writeString(5, "seconds");
                      out.writeEnum(3, ProtobufBody.GAUGE);
                      out.writeString(1, "g");
                    }));
    assertThat(families.lines).containsExactly("type g GAUGE", "unit g seconds", "g 1.0");
  }

  @Test
  void parse_bodyThatEndsEarly_isIncomplete() {
    byte[] body =
        new ProtobufBody()
            .family("a", ProtobufBody.GAUGE, metric(ProtobufBody.GAUGE, number(1)))
            .toByteArray();
    for (int length = 1; length < body.length; length++) {
      assertThat(RecordedFamilies.of(Arrays.copyOf(body, length)).isComplete).isFalse();
    }
    assertThat(RecordedFamilies.of(new byte[0]).isComplete).isTrue();
    assertThat(RecordedFamilies.of("# HELP a b\n".getBytes(UTF_8)).isComplete).isFalse();
  }
}
