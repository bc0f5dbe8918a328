package io.greenlang.metrics.benchmarks.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

  /** A random generator that always returns the maximum. */
  private static final Random MAXIMUM =
      new Random() {
        private static final long serialVersionUID = 1;

        @Override
        public double nextDouble() {
          return 1;
        }
      };

  @Test
  void nextNanos_repeatedFailures_doublesUpToCap() {
    Backoff backoff = new Backoff(1, 10, MAXIMUM);
    long[] delays = new long[7];
    for (int i = 0; i < delays.length; i++) {
      delays[i] = backoff.nextNanos() / 1_000_000_000L;
    }
    assertThat(delays).containsExactly(1, 2, 4, 8, 10, 10, 10);
  }

  @Test
  void nextNanos_manyClients_areSpreadEvenly() {
    Random random = new Random(1);
    int[] countByTenth = new int[10];
    for (int i = 0; i < 10_000; i++) {
      countByTenth[(int) (new Backoff(1, 10, random).nextNanos() / 100_000_000)]++;
    }
    for (int count : countByTenth) {
      assertThat(count).isBetween(800, 1_200);
    }
  }
}
