package io.greenlang.metrics.websocket.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of thousands of clients that have lost their instance and come to another one: a
 * model of time, clients that wait as ours do ({@code greenlang-metrics-client-js/src/backoff.ts}),
 * and the real budget.
 */
class ReconnectStormTest {

  private static final double NANOS = 1e9;
  private static final int PER_SECOND = 400;

  /** The client's default. */
  private static final double MAX_BACKOFF_SECONDS = 30;

  /** A server's of its own. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  /** From an attempt to its refusal. */
  private static final double ROUND_TRIP_SECONDS = 0.002;

  private final NanosClock clock = new NanosClock();

  /** A client's next attempt, after so many that were refused. */
  private record Attempt(double seconds, int refused) {}

  /** How it ended: when the last one was in, and how many were let in in the worst second. */
  private record Outcome(double seconds, int peak) {}

  private final Queue<Attempt> attempts =
      new PriorityQueue<>(Comparator.comparingDouble(Attempt::seconds));

  private void lose(double seconds, int refused, Random random) {
    double longest = Math.min(MAX_BACKOFF_SECONDS, Math.pow(2, refused));
    attempts.add(new Attempt(seconds + longest * random.nextDouble(), refused));
  }

  private Outcome play(int perSecond, Random random) {
    ConnectionBudget budget = new ConnectionBudget(perSecond, clock);
    List<Long> turns = new ArrayList<>();
    for (Attempt attempt = attempts.poll(); attempt != null; attempt = attempts.poll()) {
      clock.nanos = (long) (attempt.seconds() * NANOS);
      long wait = budget.reserve(PATIENCE);
      if (wait == ConnectionBudget.NO_TURN) {
        lose(attempt.seconds() + ROUND_TRIP_SECONDS, attempt.refused() + 1, random);
      } else {
        turns.add(clock.nanos + wait);
      }
    }
    Collections.sort(turns);
    int peak = 0;
    int first = 0;
    for (int last = 0; last < turns.size(); last++) {
      while (turns.get(first) <= turns.get(last) - (long) NANOS) {
        first++;
      }
      peak = Math.max(peak, last - first + 1);
    }
    return new Outcome(turns.get(turns.size() - 1) / NANOS, peak);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void reserve_5000ClientsOfAKilledInstance_areAllInWithin30Seconds(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      lose(0, 0, random);
    }

    Outcome outcome = play(PER_SECOND, random);

    assertThat(outcome.seconds()).isLessThan(30);
    assertThat(outcome.peak()).isEqualTo(PER_SECOND);
  }

  @Test
  void reserve_10000ClientsOfAKilledInstance_areAllInWithin45Seconds() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      lose(0, 0, random);
    }

    Outcome outcome = play(PER_SECOND, random);

    assertThat(outcome.seconds()).isLessThan(45);
    assertThat(outcome.peak()).isEqualTo(PER_SECOND);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void closeAll_10000ClientsOver30Seconds_wouldNeedNoLimit(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      lose(30.0 * i / 10_000, 0, random); // as SessionRegistry.closeAll spreads them
    }

    Outcome outcome = play(0, random);

    assertThat(outcome.seconds()).isLessThan(31);
    assertThat(outcome.peak()).isLessThan(PER_SECOND);
  }
}
