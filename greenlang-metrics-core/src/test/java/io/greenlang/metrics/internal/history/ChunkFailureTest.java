package io.greenlang.metrics.internal.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.history.codec.BitBuffer;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that chunks for which there is no memory contain exactly the entries before and after. */
class ChunkFailureTest {

  /** Whether the next allocation of bits fails. */
  private boolean failing;

  private int failures;
  private final SampleChunk chunk =
      new SampleChunk(new ReaderCache(0), 0, 0, new BitBuffer(this::allocate));

  private long[] allocate(int words) {
    if (failing) {
      failing = false;
      failures++;
      throw new OutOfMemoryError("on purpose");
    }
    return new long[words];
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void append_noMemory_chunkHasTheOtherSamples(long seed) {
    Random random = new Random(seed);
    List<Double> appended = new ArrayList<>();
    for (int i = 0; i < SampleChunk.CAPACITY; i++) {
      // Values and times that take the maximum number of bits, and regular ones.
      double value = random.nextBoolean() ? random.nextInt(100) : random.nextDouble();
      long millis = random.nextBoolean() ? i : random.nextLong() >> 1;
      failing = random.nextBoolean();
      try {
        chunk.append(i, random.nextInt(), millis, millis / 2, value, null);
        appended.add(value);
      } catch (OutOfMemoryError expected) {
        assertThat(expected).hasMessage("on purpose");
      }
    }

    DecodedSamples decoded = chunk.decoded();
    List<Double> read = new ArrayList<>();
    for (int i = 0; i < decoded.count(); i++) {
      read.add(decoded.sample(i).value());
    }
    assertThat(failures).isPositive();
    assertThat(read).isEqualTo(appended);
  }

  @Test
  void seal_noMemory_chunkIsEvictedWhenItExpires() {
    TierStore tier = new TierStore(1_000, 1 << 20, new MemoryBudget(1 << 20));
    ChunkList<SampleChunk> list = new ChunkList<>();
    list.add(chunk);
    chunk.append(1, 0, 0, 0, 1, null);
    tier.addBytes(chunk.bytes());
    failing = true;
    tier.seal(list, chunk);
    tier.evictExpired(60_000, 1);

    assertThat(failures).isEqualTo(1);
    assertThat(list.snapshot()).isEmpty();
    assertThat(tier.bytes()).isZero();
  }

  @Test
  @SuppressWarnings("NullAway") // stands for any failure in the middle of an entry
  void append_windowFails_chunkHasTheOtherWindows() {
    WindowChunk windows = new WindowChunk(1_000);
    windows.append(1_000, new byte[] {1}, 1);
    assertThatThrownBy(() -> windows.append(2_000, null, 2))
        .isInstanceOf(NullPointerException.class);
    windows.append(3_000, new byte[] {3}, 3);

    List<String> read = new ArrayList<>();
    windows.forEach(
        Long.MIN_VALUE, Long.MAX_VALUE, (start, packed) -> read.add(start + " " + packed[0]));
    assertThat(read).containsExactly("1000 1", "3000 3");
  }

  @Test
  void sealSamples_firstSampleOfTheChunkFailed_isThePublicationOfTheLastSample() {
    ChannelHistory history = new ChannelHistory(Retention.defaults(), new MemoryBudget(1 << 20));
    SeriesHistory series =
        history.series(
            new SeriesKey(new Channel("test.metrics"), "s", MetricType.GAUGE, Tags.empty()));
    assertThat(history.sealSamples(series)).isEqualTo(Long.MIN_VALUE);
    history.add(series, 7, 0, 1_000, 1_000, 1, null);
    assertThat(history.sealSamples(series)).isEqualTo(7);
    series.addSampleChunk(new ReaderCache(0), 2_000);

    assertThat(history.sealSamples(series)).isEqualTo(7);
  }
}
