package io.greenlang.metrics.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TallyTest {

  private static final long SENT = 1_763_812_345_678_901L;

  private final Tally tally = new Tally();

  @Test
  void frame_ofOneMetric_recordsHowLateItIs() {
    tally.counting = true;
    assertThat(frame("{\"name\":\"bench.time\",\"value\":" + SENT + ",\"tags\":{}}")).isOne();
    assertThat(tally.frames).isOne();
    assertThat(tally.latency.maxMillis()).isEqualTo(5);
  }

  @Test
  void frame_ofABatch_countsEachMetric() {
    tally.counting = true;
    String metric = "{\"value\":" + SENT + "}";
    assertThat(frame("{\"metrics\":[" + metric + "," + metric + "," + metric + "]}")).isEqualTo(3);
    assertThat(tally.frames).isOne();
    assertThat(tally.latency.count()).isEqualTo(3);
  }

  @Test
  void frame_thatEndsWithItsLastDigit_isCounted() {
    assertThat(frame("\"value\":" + SENT)).isOne();
  }

  @Test
  void frame_duringWarmUp_isReadButNotRecorded() {
    assertThat(frame("{\"value\":" + SENT + "}")).isOne();
    assertThat(tally.frames).isZero();
    assertThat(tally.latency.count()).isZero();
  }

  @Test
  void frame_withoutAMetric_isLookedThroughForTrouble() {
    assertThat(frame("{\"type\":\"subscribed\",\"channels\":[\"bench.metrics\"]}")).isZero();
    assertThat(frame("{\"type\":\"lagged\",\"missed\":7}")).isZero();
    assertThat(frame("{\"type\":\"error\",\"message\":\"no\"}")).isZero();
    assertThat(frame("{\"value\":17.5}")).isZero();
    assertThat(tally.lagged).isOne();
    assertThat(tally.errors).isOne();
    assertThat(tally.firstError).contains("\"no\"");
  }

  /** With other bytes around it, as in the shared buffer; five milliseconds after it was sent. */
  private int frame(String text) {
    byte[] bytes = ("xx" + text + "\"value\":" + SENT).getBytes(StandardCharsets.US_ASCII);
    return tally.frame(bytes, 2, 2 + text.length(), SENT + 5000);
  }
}
