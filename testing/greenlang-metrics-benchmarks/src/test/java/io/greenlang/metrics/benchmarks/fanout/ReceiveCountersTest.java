package io.greenlang.metrics.benchmarks.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReceiveCountersTest {

  private static final long SENT = 1_763_812_345_678_901L;

  private final ReceiveCounters counters = new ReceiveCounters(Payload.JSON, 1);

  @Test
  void frame_oneMetric_recordsLatency() {
    counters.counting = true;
    assertThat(frame("{\"name\":\"bench.time\",\"value\":" + SENT + ",\"tags\":{}}")).isOne();
    assertThat(counters.frames).isOne();
    assertThat(counters.latency.maxMillis()).isEqualTo(5);
  }

  @Test
  void frame_batch_countsEachMetric() {
    counters.counting = true;
    String metric = "{\"value\":" + SENT + "}";
    assertThat(frame("{\"metrics\":[" + metric + "," + metric + "," + metric + "]}")).isEqualTo(3);
    assertThat(counters.frames).isOne();
    assertThat(counters.latency.count()).isEqualTo(3);
  }

  @Test
  void frame_endsWithLastDigit_isCounted() {
    assertThat(frame("\"value\":" + SENT)).isOne();
  }

  @Test
  void frame_duringWarmup_isParsedButNotRecorded() {
    assertThat(frame("{\"value\":" + SENT + "}")).isOne();
    assertThat(counters.frames).isZero();
    assertThat(counters.latency.count()).isZero();
  }

  @Test
  void frame_withoutMetric_countsLagsAndErrors() {
    assertThat(frame("{\"type\":\"subscribed\",\"channels\":[\"bench.metrics\"]}")).isZero();
    assertThat(frame("{\"type\":\"lagged\",\"missed\":7}")).isZero();
    assertThat(frame("{\"type\":\"error\",\"message\":\"no\"}")).isZero();
    assertThat(frame("{\"value\":17.5}")).isZero();
    assertThat(counters.lagged).isOne();
    assertThat(counters.errors).isOne();
    assertThat(counters.firstError).contains("\"no\"");
  }

  @Test
  void frame_messagePack_recordsLatency() {
    ReceiveCounters packed = new ReceiveCounters(Payload.MSGPACK, 1);
    packed.counting = true;
    ByteBuffer frame = ByteBuffer.allocate(64);
    frame.put("xx\u00a5value\u00cb".getBytes(StandardCharsets.ISO_8859_1)).putDouble(SENT);
    assertThat(packed.recordFrame(frame.array(), 1, frame.position(), SENT + 5000)).isOne();
    assertThat(packed.recordFrame(frame.array(), 1, frame.position() - 1, SENT + 5000)).isZero();
    assertThat(packed.latency.maxMillis()).isEqualTo(5);
  }

  @Test
  void frame_columns_countsTheMetricsWithoutLatency() {
    ReceiveCounters columns = new ReceiveCounters(Payload.COLUMNS, 100);
    columns.counting = true;
    byte[] frame = "\u0081\u00a7columns\u00c4".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(columns.recordFrame(frame, 0, frame.length, SENT)).isEqualTo(100);
    assertThat(columns.metrics).isEqualTo(100);
    assertThat(columns.latency.count()).isZero();
  }

  /**
   * Passes a frame surrounded by other bytes, as in the shared buffer, five milliseconds after it
   * was sent.
   */
  private int frame(String text) {
    byte[] bytes = ("xx" + text + "\"value\":" + SENT).getBytes(StandardCharsets.US_ASCII);
    return counters.recordFrame(bytes, 2, 2 + text.length(), SENT + 5000);
  }
}
