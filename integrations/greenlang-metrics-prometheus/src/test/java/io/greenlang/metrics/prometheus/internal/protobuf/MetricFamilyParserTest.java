package io.greenlang.metrics.prometheus.internal.protobuf;

import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.message;
import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.metric;
import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.number;
import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.timestamp;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reading of Prometheus' format in Protocol Buffers. */
@Timeout(60)
class MetricFamilyParserTest {

  private static final byte[] CREATED = timestamp(1_700_000_000, 500_000_000);

  private static byte[] bucket(double bound, long count) {
    return message(
        out -> {
          out.writeUInt64(1, count);
          out.writeDouble(2, bound);
        });
  }

  private static byte[] span(int offset, int length) {
    return message(
        out -> {
          out.writeSInt32(1, offset);
          out.writeUInt32(2, length);
        });
  }

  private static RecordedFamilies histogram(ProtobufBody.Fields fields) {
    byte[] metric = metric(ProtobufBody.HISTOGRAM, message(fields));
    return RecordedFamilies.of(new ProtobufBody().family("h", ProtobufBody.HISTOGRAM, metric));
  }

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
    assertThat(histogram(fields).samples())
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
    assertThat(histogram(withInfinity).samples())
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

  /** The example of the specification, and its two other representations of the same buckets. */
  @Test
  void parse_spansOfTheSpecification_areTheSameBuckets() {
    long[][] deltas = {{3, 2, -4, 2, -1}, {3, 2, -4, -1, 3, -1}, {3, 2, -5, 0, 1, -1, 3, -1}};
    int[][] spans = {{-2, 2, 2, 1, 1, 2}, {-2, 2, 2, 4}, {-2, 8}};
    for (int i = 0; i < deltas.length; i++) {
      long[] counts = deltas[i];
      int[] lengths = spans[i];
      RecordedFamilies families =
          histogram(
              out -> {
                out.writeUInt64(1, 14);
                out.writeSInt32(5, 3);
                for (int j = 0; j < lengths.length; j += 2) {
                  out.writeByteArray(12, span(lengths[j], lengths[j + 1]));
                }
                for (long delta : counts) {
                  out.writeSInt64(13, delta);
                }
              });
      assertThat(families.bad).isEmpty();
      NativeBuckets positive = families.onlyHistogram().positive();
      assertThat(positive.first()).isEqualTo(-2);
      assertThat(positive.counts()).containsExactly(3, 5, 0, 0, 1, 0, 3, 2);
      assertThat(families.onlyHistogram().schema()).isEqualTo(3);
    }
  }

  @Test
  void parse_packedAndFloatCounts_areTheSameBuckets() {
    ProtobufBody.Fields head =
        out -> {
          out.writeByteArray(9, span(4, 2));
          out.writeByteArray(12, span(1, 2));
          out.writeDouble(4, 100);
          out.writeDouble(8, 3);
          out.writeDouble(6, 0.001);
        };
    NativeHistogram packed =
        histogram(
                out -> {
                  head.write(out);
                  out.writeByteArray(10, packed(pack -> writeDeltas(pack, 5, -2)));
                  out.writeByteArray(13, packed(pack -> writeDeltas(pack, 7, 1)));
                })
            .onlyHistogram();
    NativeHistogram floats =
        histogram(
                out -> {
                  head.write(out);
                  out.writeDouble(11, 5);
                  out.writeDouble(11, 3);
                  out.writeByteArray(14, packed(pack -> writeDoubles(pack, 7, 8)));
                })
            .onlyHistogram();
    for (NativeHistogram each : new NativeHistogram[] {packed, floats}) {
      assertThat(each.negative().first()).isEqualTo(4);
      assertThat(each.negative().counts()).containsExactly(5, 3);
      assertThat(each.positive().counts()).containsExactly(7, 8);
      assertThat(each.zeros()).isEqualTo(3);
      assertThat(each.zeroThreshold()).isEqualTo(0.001);
    }
  }

  private static byte[] packed(ProtobufBody.Fields numbers) {
    return message(numbers);
  }

  private static void writeDeltas(CodedOutputStream out, long... deltas) throws IOException {
    for (long delta : deltas) {
      out.writeSInt64NoTag(delta);
    }
  }

  private static void writeDoubles(CodedOutputStream out, double... numbers) throws IOException {
    for (double number : numbers) {
      out.writeDoubleNoTag(number);
    }
  }

  @Test
  void parse_bucketsFarApart_lowerTheSchema() {
    NativeHistogram histogram =
        histogram(
                out -> {
                  out.writeUInt64(1, 3);
                  out.writeSInt32(5, 8);
                  out.writeByteArray(12, span(-20_000, 1));
                  out.writeByteArray(12, span(39_999, 1));
                  out.writeSInt64(13, 1);
                  out.writeSInt64(13, 1);
                })
            .onlyHistogram();
    // 40,001 buckets at schema 8; each lower schema has half as many.
    assertThat(histogram.schema()).isEqualTo(6);
    assertThat(histogram.positive().size()).isLessThanOrEqualTo(NativeBuckets.MAX_SIZE);
    assertThat(Arrays.stream(histogram.positive().counts()).sum()).isEqualTo(3);
    // Bucket -20,000 ends at 2^(-20000/256), and so does bucket -5000 at schema 6.
    assertThat(histogram.positive().first()).isEqualTo(-5_000);
  }

  /** A few bytes describe buckets that would fill 100 KB without gaps. */
  @Test
  void parse_manyHistogramsWithBucketsFarApart_takesMemoryForTheirCountsOnly() {
    byte[] wide =
        message(
            out -> {
              out.writeUInt64(1, 2);
              writeBuckets(out, new int[] {-8_000, 1, 15_000, 1}, 1, 0);
            });
    byte[][] metrics = new byte[5_000][];
    Arrays.fill(metrics, metric(ProtobufBody.HISTOGRAM, wide));
    byte[] body = new ProtobufBody().family("h", ProtobufBody.HISTOGRAM, metrics).toByteArray();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    RecordedFamilies families = RecordedFamilies.of(body);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(50L << 20);
    assertThat(families.histograms).hasSize(metrics.length);
    assertThat(families.histograms.get(0).size()).isEqualTo(15_002);
  }

  @Test
  void parse_nativeBesideClassic_isReadOnce() {
    RecordedFamilies families =
        histogram(
            out -> {
              new NativeFields(3, 0).observe(2).write(out);
              out.writeByteArray(3, bucket(10, 1));
            });
    assertThat(families.histograms).hasSize(1);
    assertThat(families.samples()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {-53, -5, 9})
  void parse_unknownSchema_fallsBackToClassicBuckets(int schema) {
    ProtobufBody.Fields custom =
        out -> {
          out.writeUInt64(1, 1);
          out.writeSInt32(5, schema);
          out.writeByteArray(12, span(0, 1));
          out.writeSInt64(13, 1);
        };
    assertThat(histogram(custom).bad)
        .containsExactly("1 has a schema of buckets that the format does not define");
    RecordedFamilies families =
        histogram(
            out -> {
              custom.write(out);
              out.writeByteArray(3, bucket(10, 1));
            });
    assertThat(families.bad).isEmpty();
    assertThat(families.samples()).contains("h_bucket{le=\"10.0\"} 1.0");
  }

  @Test
  void parse_nativeHistogramWithoutObservations_isNative() {
    RecordedFamilies families = histogram(out -> new NativeFields(3, 0).write(out));
    assertThat(families.onlyHistogram().size()).isZero();
    assertThat(families.bad).isEmpty();
  }

  @Test
  void parse_impossibleBuckets_loseOnlyThemselves() {
    ProtobufBody.Fields[] impossible = {
      out -> out.writeByteArray(12, span(0, 2)), // no counts
      out -> writeBuckets(out, new int[] {0, 1, -1, 1}, 1, 0), // a span backward
      out -> writeBuckets(out, new int[] {1 << 20, 1}, 1), // an index beyond all doubles
      out -> writeBuckets(out, new int[] {0, 2}, 1, -2), // a negative count
      out -> writeBuckets(out, new int[] {0, 1}, 2), // more than all observations
      out -> out.writeDouble(8, 0.5), // half an observation
      out -> {
        out.writeDouble(6, Double.NaN);
        out.writeByteArray(12, span(0, 0));
      },
    };
    ProtobufBody body = new ProtobufBody();
    byte[][] metrics =
        IntStream.range(0, impossible.length)
            .mapToObj(
                i ->
                    metric(
                        ProtobufBody.HISTOGRAM,
                        message(
                            out -> {
                              out.writeUInt64(1, 1);
                              impossible[i].write(out);
                            }),
                        "i",
                        String.valueOf(i)))
            .toArray(byte[][]::new);
    RecordedFamilies families =
        RecordedFamilies.of(
            body.family("h", ProtobufBody.HISTOGRAM, metrics)
                .family("g", ProtobufBody.GAUGE, metric(ProtobufBody.GAUGE, number(1))));
    assertThat(families.histograms).isEmpty();
    assertThat(families.bad).hasSize(impossible.length);
    assertThat(families.samples()).containsExactly("g 1.0");
  }

  private static void writeBuckets(CodedOutputStream out, int[] spans, long... deltas)
      throws IOException {
    for (int i = 0; i < spans.length; i += 2) {
      out.writeByteArray(12, span(spans[i], spans[i + 1]));
    }
    for (long delta : deltas) {
      out.writeSInt64(13, delta);
    }
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
