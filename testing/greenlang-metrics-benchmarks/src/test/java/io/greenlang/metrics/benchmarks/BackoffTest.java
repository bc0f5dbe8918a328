package io.greenlang.metrics.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

  /** Always as late as can be. */
  private static final Random LATE =
      new Random() {
        private static final long serialVersionUID = 1;

        @Override
        public double nextDouble() {
          return 1;
        }
      };

  @Test
  void nextNanos_failureAfterFailure_doublesUpToTheCap() {
    Backoff backoff = new Backoff(1, 10, LATE);
    long[] waits = new long[7];
    for (int i = 0; i < waits.length; i++) {
      waits[i] = backoff.nextNanos() / 1_000_000_000L;
    }
    assertThat(waits).containsExactly(1, 2, 4, 8, 10, 10, 10);
  }

  @Test
  void nextNanos_manyClients_areSpreadOverTheWholeWait() {
    Random random = new Random(1);
    int[] inTenth = new int[10];
    for (int i = 0; i < 10_000; i++) {
      inTenth[(int) (new Backoff(1, 10, random).nextNanos() / 100_000_000)]++;
    }
    for (int count : inTenth) {
      assertThat(count).isBetween(800, 1_200);
    }
  }
}
