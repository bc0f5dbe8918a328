package io.greenlang.metrics.internal.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowBlobTest {

  private static final Channel CHANNEL = new Channel("test.metrics");

  private static byte[] window() {
    WindowBlob.Writer writer = new WindowBlob.Writer();
    writer.add(
        new SeriesKey(
            CHANNEL, "cpu.percent", MetricType.GAUGE, Tags.of("host", "a\u00e9\ud83d\udc1f")),
        bytes(3));
    writer.add(new SeriesKey(CHANNEL, "total", MetricType.COUNTER, Tags.empty()), bytes(0));
    writer.add(
        new SeriesKey(CHANNEL, "took", new MetricType("own"), Tags.of("a", "1", "b", "")),
        bytes(1_000));
    return writer.toByteArray();
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private static List<String> read(byte[] packed) {
    List<String> series = new ArrayList<>();
    WindowBlob.read(
        CHANNEL,
        packed,
        (key, aggregate) ->
            series.add(
                key.name()
                    + " "
                    + key.type()
                    + " "
                    + key.tags()
                    + " "
                    + Arrays.hashCode(aggregate)));
    return series;
  }

  @Test
  void read_writtenWindow_isEqual() {
    assertThat(read(window()))
        .containsExactly(
            "cpu.percent gauge {host=a\u00e9\ud83d\udc1f} " + Arrays.hashCode(bytes(3)),
            "total counter {} " + Arrays.hashCode(bytes(0)),
            "took own {a=1, b=} " + Arrays.hashCode(bytes(1_000)));
    assertThat(read(new WindowBlob.Writer().toByteArray())).isEmpty();
    assertThat(new WindowBlob.Writer().isEmpty()).isTrue();
  }

  @Test
  @SuppressWarnings("NullAway") // stands for any failure in the middle of an entry
  void add_fails_windowHasTheOtherSeries() {
    WindowBlob.Writer writer = new WindowBlob.Writer();
    SeriesKey failing = new SeriesKey(CHANNEL, "failing", MetricType.GAUGE, Tags.empty());
    SeriesKey total = new SeriesKey(CHANNEL, "total", MetricType.COUNTER, Tags.empty());
    assertThatThrownBy(() -> writer.add(failing, null)).isInstanceOf(NullPointerException.class);
    assertThat(writer.isEmpty()).isTrue();
    writer.add(total, bytes(3));

    assertThat(read(writer.toByteArray()))
        .containsExactly("total counter {} " + Arrays.hashCode(bytes(3)));
  }

  @Test
  void read_truncated_isRejectedOrHasFewerSeries() {
    byte[] whole = window();
    for (int length = 0; length < whole.length; length++) {
      byte[] truncated = Arrays.copyOf(whole, length);
      try {
        assertThat(read(truncated)).hasSizeLessThan(3);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining("window");
      }
    }
  }

  @Test
  void read_corrupted_throwsIllegalArgumentOnly() {
    Random random = new Random(42);
    byte[] whole = window();
    int rejected = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] corrupted = whole.clone();
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        corrupted[random.nextInt(60)] = (byte) random.nextInt();
      }
      try {
        read(corrupted);
      } catch (IllegalArgumentException e) {
        rejected++;
      }
    }
    assertThat(rejected).isPositive();
  }

  @Test
  void read_unsupportedVersion_namesVersion() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(new byte[] {9}))
        .withMessage("packed window has version 9, but only version 1 is supported");
  }
}
