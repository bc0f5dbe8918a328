package io.greenlang.metrics.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * A comparison of the metrics that clients receive with an independent model, for many random
 * programs. Run one seed with {@code -Dmodel.seed=17}, or more with {@code -Dmodel.seeds=100000}.
 */
class RandomProgramTest {

  private static final int SEEDS = Integer.getInteger("model.seeds", 2_000);
  private static final long FIRST_SEED = Long.getLong("model.first", 1);

  private static long run(long seed) {
    try {
      return RandomProgram.run(seed);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  @Test
  void clients_randomPrograms_receiveMessagesOfTheModel() {
    Long only = Long.getLong("model.seed");
    if (only != null) {
      run(only);
      return;
    }
    long laps =
        LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
            .parallel()
            .map(RandomProgramTest::run)
            .sum();
    assertThat(laps).as("number of times that a client was lapped").isGreaterThan(SEEDS / 20);
  }
}
