package io.greenlang.metrics.prometheus.internal.protobuf;

import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.bucket;
import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.message;
import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.metric;
import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.number;
import static io.greenlang.metrics.prometheus.internal.protobuf.RecordedFamilies.ofHistogram;
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

/** The reading of native histograms in Protocol Buffers. */
@Timeout(60)
class NativeHistogramParserTest {

  private static byte[] span(int offset, int length) {
    return message(
        out -> {
          out.writeSInt32(1, offset);
          out.writeUInt32(2, length);
        });
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
          ofHistogram(
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
        ofHistogram(
                out -> {
                  head.write(out);
                  out.writeByteArray(10, packed(pack -> writeDeltas(pack, 5, -2)));
                  out.writeByteArray(13, packed(pack -> writeDeltas(pack, 7, 1)));
                })
            .onlyHistogram();
    NativeHistogram floats =
        ofHistogram(
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
        ofHistogram(
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
        ofHistogram(
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
    assertThat(ofHistogram(custom).bad)
        .containsExactly("1 has a schema of buckets that the format does not define");
    RecordedFamilies families =
        ofHistogram(
            out -> {
              custom.write(out);
              out.writeByteArray(3, bucket(10, 1));
            });
    assertThat(families.bad).isEmpty();
    assertThat(families.samples()).contains("h_bucket{le=\"10.0\"} 1.0");
  }

  @Test
  void parse_nativeHistogramWithoutObservations_isNative() {
    RecordedFamilies families = ofHistogram(out -> new NativeFields(3, 0).write(out));
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
}
