package io.greenlang.metrics.internal.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.internal.history.SeriesHistory.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Round trips through the compression codecs. */
class CodecsTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void samples_random_roundTrip(long seed) {
    Random random = new Random(seed);
    List<Sample> samples = new ArrayList<>();
    long sequence = random.nextInt(1000);
    long time = 1_700_000_000_000L;
    double value = 0;
    for (int i = 0; i < SampleChunk.CAPACITY; i++) {
      sequence += random.nextInt(4) == 0 ? random.nextInt(1_000_000) : 1;
      time += random.nextInt(10) == 0 ? random.nextLong() >> 24 : 1000 + random.nextInt(5);
      value =
          switch (random.nextInt(9)) {
            case 0 -> value;
            case 1 -> random.nextGaussian();
            case 2 -> Double.longBitsToDouble(random.nextLong() & ~(0x7ffL << 52));
            case 3 -> -0.0;
            case 4 -> Double.MAX_VALUE;
            case 5 -> random.nextInt(10_000) / 100.0;
            case 6 -> (random.nextInt() / 100_000.0) * (random.nextBoolean() ? 1 : 1e9);
            case 7 -> 0.1 * random.nextInt(1_000); // includes 0.30000000000000004
            default -> value + 1;
          };
      samples.add(
          new Sample(
              sequence, random.nextInt(100_000), time, time - random.nextInt(300), value, null));
    }
    SampleChunk chunk = new SampleChunk(new ReaderCache(0), 0, 0);
    for (Sample sample : samples) {
      chunk.append(
          sample.publicationId(),
          sample.index(),
          sample.timeMillis(),
          sample.windowTimeMillis(),
          sample.value(),
          sample.detail());
    }
    assertThat(read(chunk)).isEqualTo(samples);
    chunk.seal();
    assertThat(read(chunk)).isEqualTo(samples);
  }

  private static List<Sample> read(SampleChunk chunk) {
    List<Sample> read = new ArrayList<>();
    DecodedSamples decoded = chunk.decoded();
    for (int i = 0; i < decoded.count(); i++) {
      read.add(decoded.sample(i));
    }
    return read;
  }

  @Test
  void samples_regularSource_takeFewBytes() {
    SampleChunk chunk = new SampleChunk(new ReaderCache(0), 0, 0);
    Random random = new Random(1);
    double value = 0;
    for (int i = 0; i < SampleChunk.CAPACITY; i++) {
      value += random.nextInt(3);
      chunk.append(i, 7, 1_000L * i, 1_000L * i, value, null);
    }
    chunk.seal();
    assertThat(chunk.bytes() - 200).isLessThan(3 * SampleChunk.CAPACITY);
  }

  @Test
  void samples_withTwoDecimals_takeFewBytes() {
    SampleChunk chunk = new SampleChunk(new ReaderCache(0), 0, 0);
    Random random = new Random(1);
    double value = 50;
    for (int i = 0; i < SampleChunk.CAPACITY; i++) {
      value = Math.rint((value + random.nextGaussian()) * 100) / 100;
      chunk.append(i, 7, 1_000L * i, 1_000L * i, value, null);
    }
    chunk.seal();
    assertThat(chunk.bytes() - 200).isLessThan(3 * SampleChunk.CAPACITY);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void windows_randomLengths_roundTrip(long seed) {
    Random random = new Random(seed);
    WindowChunk chunk = new WindowChunk(60_000);
    List<String> written = new ArrayList<>();
    long start = 60_000L * random.nextInt(1_000_000);
    while (!chunk.isFull()) {
      start += 60_000L * (random.nextInt(10) == 0 ? random.nextInt(100) - 50 : 1);
      byte[] packed = new byte[random.nextInt(4) == 0 ? random.nextInt(300) : 40];
      random.nextBytes(packed);
      chunk.append(start, packed, 1);
      written.add(start + Arrays.toString(packed));
    }
    List<String> read = new ArrayList<>();
    chunk.forEach(
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        (startMillis, packed) -> read.add(startMillis + Arrays.toString(packed)));
    assertThat(read).isEqualTo(written);
  }
}
