package io.greenlang.metrics.internal.number;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompensatedSumTest {

  private static CompensatedSum sumOf(double... values) {
    CompensatedSum sum = new CompensatedSum();
    for (double value : values) {
      sum.add(value);
    }
    return sum;
  }

  private static double meanOf(double... values) {
    return sumOf(values).dividedBy(values.length);
  }

  @Test
  void dividedBy_smallTermAmongLargeOnes_countsIt() {
    assertThat(meanOf(1e16, 1, -1e16)).isEqualTo(1.0 / 3);
    assertThat(meanOf(1e17, 1, -1e17, 0)).isEqualTo(0.25);
  }

  @Test
  void dividedBy_sumExceedsRange_isMean() {
    assertThat(meanOf(1.7e308, 1.7e308, -1.7e308)).isCloseTo(1.7e308 / 3, within(1e293));
    assertThat(meanOf(1.2e308, 1e308, 1e308)).isCloseTo(3.2 / 3 * 1e308, within(1e293));
    double max = Double.MAX_VALUE;
    assertThat(meanOf(max, max, max)).isEqualTo(max);
    assertThat(sumOf(max, max).value()).isEqualTo(max);
    assertThat(sumOf(-max, -max).value()).isEqualTo(-max);
    assertThat(sumOf(max, max, -max, -max, 3).value()).isEqualTo(3);
  }

  @Test
  void value_tenthsAddedOften_isExact() {
    CompensatedSum sum = new CompensatedSum();
    for (int i = 0; i < 10_000_000; i++) {
      sum.add(0.1);
    }
    assertThat(sum.value()).isEqualTo(1_000_000.0);
  }

  @Test
  void add_randomValuesInParts_isCloseToExactMean() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      int maxExponent = random.nextBoolean() ? 1022 : 60;
      CompensatedSum whole = new CompensatedSum();
      CompensatedSum part = new CompensatedSum();
      BigDecimal exact = BigDecimal.ZERO;
      double greatest = 0;
      for (int i = 0; i < 200; i++) {
        double value =
            Math.scalb(random.nextGaussian(), maxExponent - random.nextInt(maxExponent) / 8);
        exact = exact.add(new BigDecimal(value));
        greatest = Math.max(greatest, Math.abs(value));
        part.add(value);
        if (random.nextInt(10) == 0) {
          whole.add(part);
          part = new CompensatedSum();
        }
      }
      whole.add(part);
      double mean = exact.divide(BigDecimal.valueOf(200), MathContext.DECIMAL64).doubleValue();
      assertThat(whole.dividedBy(200)).isCloseTo(mean, within(greatest * 1e-15));
    }
  }

  @Test
  void read_writtenSum_continuesEqually() {
    CompensatedSum sum = sumOf(Double.MAX_VALUE, Double.MAX_VALUE, 1e16, 1);
    ByteBuffer bytes = ByteBuffer.allocate(CompensatedSum.BYTES);
    sum.write(bytes);
    CompensatedSum copy = new CompensatedSum();
    copy.read(bytes.flip());
    sum.add(-Double.MAX_VALUE);
    copy.add(-Double.MAX_VALUE);
    assertThat(copy.value()).isEqualTo(sum.value()).isEqualTo(Double.MAX_VALUE);
    assertThat(copy.isZero()).isFalse();
  }

  @Test
  void read_invalidBytes_throwsIllegalArgument() {
    ByteBuffer nan = ByteBuffer.allocate(CompensatedSum.BYTES).putDouble(Double.NaN).rewind();
    assertThatIllegalArgumentException().isThrownBy(() -> new CompensatedSum().read(nan));
    ByteBuffer flag =
        ByteBuffer.allocate(CompensatedSum.BYTES).putDouble(1).putDouble(0).put((byte) 7).rewind();
    assertThatIllegalArgumentException().isThrownBy(() -> new CompensatedSum().read(flag));
  }

  @Test
  void add_numberManyTimes_equalsSingleAdditions() {
    CompensatedSum sum = new CompensatedSum();
    sum.add(0.1, 1_000_000);
    sum.add(-0.1, 999_999);
    assertThat(sum.value()).isEqualTo(0.1);
    sum.add(1e308, 1L << 53);
    sum.add(-1e308, (1L << 53) - 3);
    assertThat(sum.dividedBy(3)).isCloseTo(1e308, within(1e293));
    CompensatedSum limited = new CompensatedSum();
    limited.add(Double.MAX_VALUE, 1e308, 4);
    assertThat(limited.dividedBy(4)).isEqualTo(1e308);
    assertThat(limited.copy().dividedBy(8)).isEqualTo(5e307);
  }
}
