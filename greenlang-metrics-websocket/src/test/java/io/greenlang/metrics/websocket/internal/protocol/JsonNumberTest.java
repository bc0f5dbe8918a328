package io.greenlang.metrics.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.history.HistoryCursor;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryPoint;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.HistogramFields;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonNumberTest {

  private static final Instant NOON = Instant.parse("2025-11-08T12:00:00Z");

  @Test
  void encode_anyNumber_isSameLiveAndInHistory() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      double bits = Double.longBitsToDouble(random.nextLong());
      double value = Double.isFinite(bits) && i % 2 == 0 ? bits : random.nextInt();

      assertThat(value(history(value))).as("seed %d", seed).isEqualTo(value(live(value)));
    }
  }

  private static String value(byte[] message) {
    String json = new String(message, StandardCharsets.UTF_8);
    int start = json.indexOf("\"value\":");
    return json.substring(start, json.indexOf(",\"timestamp\"", start));
  }

  private static byte[] live(double value) {
    FrameEncoder encoder = JsonFrameEncoder.INSTANCE;
    SeriesKey series = new SeriesKey(Channel.SYSTEM, "a", MetricType.GAUGE, Tags.empty());
    FrameBuffer out = new FrameBuffer();
    encoder.metric(encoder.prepare(series), value, NOON.toEpochMilli(), out);
    return out.toByteArray();
  }

  private static byte[] history(double value) {
    HistoryPoint point =
        new HistoryPoint(
            "a",
            MetricType.GAUGE,
            Tags.empty(),
            new HistoryCursor(NOON.toEpochMilli(), 1, 0),
            value,
            null);
    HistoryPage page = new HistoryPage(null, NOON.toEpochMilli(), List.of(point), false);
    return MessageCodec.of(Encoding.JSON)
        .encode(
            new ServerMessage.History(Channel.SYSTEM, page, NOON, HistogramFields.NONE, null, null)
                .toMap());
  }
}
