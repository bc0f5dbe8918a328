package io.greenlang.metrics.internal.history.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Round trips of integers through their variable-length code. */
class DeltaCodecTest {

  private static final long[] STEPS = {
    0,
    1,
    -1,
    63,
    64,
    -64,
    -65,
    255,
    256,
    -256,
    -257,
    2047,
    2048,
    -2048,
    -2049,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 40,
    -(1L << 40),
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  @Test
  void integers_bucketLimits_roundTrip() {
    BitBuffer bits = new BitBuffer();
    for (long step : STEPS) {
      DeltaCodec.write(step, bits);
    }
    BitBuffer.Reader reader = bits.reader();
    for (long step : STEPS) {
      assertThat(DeltaCodec.read(reader)).isEqualTo(step);
    }
  }
}
