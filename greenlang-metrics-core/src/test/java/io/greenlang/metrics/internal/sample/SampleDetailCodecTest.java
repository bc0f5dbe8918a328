package io.greenlang.metrics.internal.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.SampleDetail;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleDetailCodecTest {

  private static Distribution random(Random random) {
    return Distribution.of(
        random
            .doubles(1 + random.nextInt(200))
            .map(number -> Math.exp(40 * number - 20) * (random.nextInt(4) - 1))
            .toArray());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void unpack_packedDetail_isEqual(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      SampleDetail detail =
          random.nextBoolean()
              ? random(random)
              : new CounterStart(Instant.ofEpochMilli(random.nextLong() >> 20));
      byte[] packed = SampleDetailCodec.pack(detail);
      assertThat(SampleDetailCodec.unpack(ByteBuffer.wrap(packed))).isEqualTo(detail);
    }
  }

  @Test
  void pack_latencies_takesTwoBytesPerBucket() {
    Random random = new Random(5);
    double[] latencies = new double[1_000];
    Arrays.setAll(latencies, i -> 20 * Math.exp(random.nextGaussian()));
    Distribution distribution = Distribution.of(latencies);
    int statistics = 1 + 3 * Double.BYTES + 6;
    assertThat(SampleDetailCodec.pack(distribution).length)
        .isLessThanOrEqualTo(statistics + 2 * distribution.buckets());
  }

  @Test
  void unpack_truncatedOrExtended_isRejected() {
    byte[] packed = SampleDetailCodec.pack(Distribution.of(-3, 0, 5, 700));
    for (int length = 0; length < packed.length; length++) {
      byte[] cut = Arrays.copyOf(packed, length);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SampleDetailCodec.unpack(ByteBuffer.wrap(cut)));
    }
    byte[] longer = Arrays.copyOf(packed, packed.length + 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SampleDetailCodec.unpack(ByteBuffer.wrap(longer)));
  }

  @Test
  void unpack_randomBytes_isRejectedOrValid() {
    Random random = new Random(9);
    int rejected = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = SampleDetailCodec.pack(random(random));
      for (int change = 0; change <= random.nextInt(4); change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        SampleDetail detail = SampleDetailCodec.unpack(ByteBuffer.wrap(bytes));
        if (detail instanceof Distribution distribution) {
          assertThat(distribution.sum()).isFinite();
          assertThat(distribution.mean()).isBetween(distribution.min(), distribution.max());
          assertThat(distribution.count()).isPositive();
        }
      } catch (IllegalArgumentException e) {
        rejected++;
      }
    }
    assertThat(rejected).isBetween(500, 9_500);
  }

  @Test
  void unpack_sumBeyondRange_keepsMean() {
    Distribution distribution = Distribution.of(1.2e308, 1e308, 1e308);
    byte[] packed = SampleDetailCodec.pack(distribution);
    Distribution unpacked = (Distribution) SampleDetailCodec.unpack(ByteBuffer.wrap(packed));
    assertThat(unpacked).isEqualTo(distribution);
    assertThat(unpacked.mean()).isCloseTo(3.2 / 3 * 1e308, within(1e293));
    Distribution merged = Distribution.builder().add(unpacked).add(Distribution.of(-2e307)).build();
    assertThat(merged.mean()).isCloseTo(7.5e307, within(1e293));
  }

  @Test
  void unpack_unknownKind_namesIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SampleDetailCodec.unpack(ByteBuffer.wrap(new byte[] {4, 1, 2})))
        .withMessage("a sample's detail has unknown kind 4");
  }
}
