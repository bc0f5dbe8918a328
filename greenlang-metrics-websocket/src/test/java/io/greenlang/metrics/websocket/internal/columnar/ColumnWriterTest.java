package io.greenlang.metrics.websocket.internal.columnar;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.internal.frame.ColumnMemory;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The dictionary and the choice of the shorter forms. The tests of the testkit decode columns. */
class ColumnWriterTest {

  private final ColumnMemory memory = new ColumnMemory(4 << 20);
  private final ColumnWriter writer = new ColumnWriter(memory);
  private final FrameBuffer out = new FrameBuffer();

  private static List<Object> keys(int count) {
    List<Object> keys = new ArrayList<>();
    IntStream.range(0, count).forEach(i -> keys.add(new Object()));
    return keys;
  }

  /** Writes a publication of the value 0 of each series; returns whether it is a key message. */
  private boolean write(List<Object> keys) {
    MetricNumbers numbers = new MetricNumbers();
    numbers.clear();
    keys.forEach(key -> numbers.addMetric(0));
    assertThat(writer.begin(keys.toArray(), numbers)).isTrue();
    boolean isKey = writer.isKey();
    out.clear();
    writer.write(new long[keys.size()], numbers, out);
    return isKey;
  }

  private String bytes() {
    return HexFormat.of().formatHex(out.toByteArray());
  }

  @Test
  void write_firstPublication_isKey() {
    List<Object> keys = keys(2);
    assertThat(write(keys)).isTrue();
    assertThat(writer.definitions()).hasSize(2);
    assertThat(write(keys)).isFalse();
    assertThat(writer.definitions()).isEmpty();
  }

  @Test
  void reset_knownSeries_areDefinedAgain() {
    List<Object> keys = keys(2);
    write(keys);
    writer.reset();
    assertThat(write(keys.subList(1, 2))).isTrue();
    assertThat(writer.definitions()).hasSize(1);
  }

  @Test
  void write_consecutiveSeries_areOneRun() {
    List<Object> keys = keys(100);
    write(keys);
    write(keys.subList(10, 90));
    assertThat(bytes()).startsWith("50" + "01" + "14" + "4f");
  }

  @Test
  void write_everySecondSeries_isBitmap() {
    List<Object> keys = keys(32);
    write(keys);
    write(IntStream.range(0, 16).mapToObj(i -> keys.get(2 * i)).toList());
    assertThat(bytes()).startsWith("10" + "00" + "55555555");
  }

  @Test
  void write_descendingSeries_areRuns() {
    List<Object> keys = keys(4);
    write(keys);
    write(List.of(keys.get(3), keys.get(1), keys.get(1)));
    assertThat(bytes()).startsWith("03" + "03" + "0600" + "0500" + "0100");
  }

  @Test
  void write_mostSeriesAreGone_isKey() {
    List<Object> one = keys(1);
    write(keys(2_000));
    for (int i = 0; i < 2_000; i++) {
      assertThat(write(one)).isFalse();
    }
    write(keys(4_000));
    for (int i = 0; i < 2_000; i++) {
      assertThat(write(one)).as("publication %s", i).isFalse();
    }
    write(keys(4_000));

    assertThat(write(one)).isTrue();
    assertThat(writer.definitions()).hasSize(1);
  }

  @Test
  void begin_memoryIsExhausted_pausesAndBeginsAgain() {
    List<Object> few = keys(10);
    write(few);
    List<Object> many = keys(50_000);
    MetricNumbers numbers = new MetricNumbers();
    numbers.clear();
    many.forEach(key -> numbers.addMetric(0));

    assertThat(writer.begin(many.toArray(), numbers)).isFalse();
    assertThat(memory.usedBytes()).isZero();
    numbers.clear();
    few.forEach(key -> numbers.addMetric(0));
    int pause = 0;
    while (!writer.begin(few.toArray(), numbers)) {
      pause++;
    }

    assertThat(pause).isEqualTo(64);
    assertThat(writer.isKey()).isTrue();
    assertThat(memory.usedBytes()).isPositive();
    writer.close();
    assertThat(memory.usedBytes()).isZero();
  }
}
