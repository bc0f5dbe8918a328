package io.greenlang.metrics.internal.temporality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.HistogramBuckets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesStatesTest {

  private static final long MAX_BYTES = 1_000;
  private static final long IDLE_NANOS = 100;
  private static final long NOW_MILLIS = 1;

  private final SeriesStates<String> states =
      new SeriesStates<>(String::length, MAX_BYTES, IDLE_NANOS);

  private double add(String key, long nowNanos, double increment) throws StateLimitException {
    return Objects.requireNonNull(
        states.update(key, nowNanos, state -> state.add(increment, nowNanos)));
  }

  /** Returns the observations of a point; null if they are not known. */
  private @Nullable Long observations(HistogramBuckets buckets, long startNanos, boolean isNew)
      throws StateLimitException, ChangedBucketsException {
    HistogramBuckets result =
        states.update(
            "h",
            1,
            (SeriesStates.Update<String, HistogramBuckets, ChangedBucketsException>)
                state -> state.advance(buckets, 3, startNanos, isNew));
    return result == null ? null : result.count();
  }

  private static HistogramBuckets upTo(double bound, long below, long above) {
    return HistogramBuckets.explicit(new double[] {bound}, new long[] {below, above});
  }

  @Test
  void add_increments_addUpFromTheFirstStart() throws Exception {
    assertThat(add("a", 5, 2)).isEqualTo(2);
    assertThat(add("b", 6, 1)).isEqualTo(1);
    assertThat(add("a", 7, 3)).isEqualTo(5);
    assertThat(states.<Long, RuntimeException>update("a", 8, SeriesStates.State::startNanos))
        .isEqualTo(5);
  }

  @Test
  void update_moreSeriesThanMemory_isRefusedUntilOthersAreIdle() throws Exception {
    for (String key : new String[] {"a", "b", "c"}) {
      add(key, 1, 1);
    }
    assertThatThrownBy(() -> add("d", 1, 1))
        .isInstanceOf(StateLimitException.class)
        .hasMessageContaining("too many series");
    add("a", 90, 1);
    states.discardIdle(IDLE_NANOS + 2, NOW_MILLIS);
    assertThat(states.size()).isEqualTo(1);
    assertThat(add("d", 110, 4)).isEqualTo(4);
    assertThat(add("a", 110, 1)).as("a state that is in use stays").isEqualTo(3);
    assertThat(add("b", 110, 1)).as("a discarded total begins again").isEqualTo(1);
  }

  @Test
  void addPoint_endlessSeries_leavesTheMemoryOfStates() throws Exception {
    SeriesStates<String> large = new SeriesStates<>(key -> 1, 10 * MAX_BYTES, IDLE_NANOS);
    for (int i = 0; i < 1_000; i++) {
      assertThat(large.addPoint("s" + i, 7, 1)).isTrue();
    }
    assertThat(large.bytes()).isBetween(2 * MAX_BYTES, 10 * MAX_BYTES / 4);
    for (int i = 0; i < 30; i++) {
      large.update("s" + i, 1, state -> state.add(1, 1));
    }
    assertThat(large.addPoint("s0", 7, 1)).as("a repetition").isFalse();
    large.discardIdle(IDLE_NANOS + 2, NOW_MILLIS);
    assertThat(large.size()).isZero();
    assertThat(large.bytes()).isZero();
  }

  @Test
  void advance_moreBucketsThanMemory_leavesTheStateAsItWas() throws Exception {
    assertThat(observations(upTo(1, 1, 1), 7, true)).isEqualTo(2);
    long bytes = states.bytes();
    assertThatThrownBy(
            () ->
                states.update(
                    "h",
                    1,
                    (SeriesStates.Update<String, HistogramBuckets, ChangedBucketsException>)
                        state -> state.advance(upTo(1, 9, 9), (int) MAX_BYTES, 7, true)))
        .isInstanceOf(StateLimitException.class);
    assertThat(states.bytes()).isEqualTo(bytes);
    assertThat(observations(upTo(1, 2, 3), 7, true)).isEqualTo(3);
  }

  @Test
  void discardIdle_all_frees() throws Exception {
    observations(upTo(1, 1, 1), 7, true);
    add("a", 1, 1);
    states.discardIdle(IDLE_NANOS + 2, NOW_MILLIS);
    assertThat(states.bytes()).isZero();
    assertThat(states.size()).isZero();
  }

  @Test
  void advance_firstPoint_countsOnlyIfNew() throws Exception {
    assertThat(observations(upTo(1, 1, 1), 7, false)).isNull();
    assertThat(observations(upTo(1, 2, 1), 7, false)).isEqualTo(1);
  }

  @Test
  void advance_laterStart_countsAll() throws Exception {
    observations(upTo(1, 5, 5), 7, true);
    assertThat(observations(upTo(1, 6, 6), 8, false)).isEqualTo(12);
  }

  @Test
  void advance_runOfADiscardedState_isBaselineAgain() throws Exception {
    observations(upTo(1, 5, 5), 7, true);
    states.discardIdle(IDLE_NANOS + 2, NOW_MILLIS);
    assertThat(observations(upTo(1, 6, 5), 7, true)).isNull();
    assertThat(observations(upTo(1, 6, 7), 7, true)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {6, 8})
  void advance_otherRunThanADiscardedOne_countsAll(long startNanos) throws Exception {
    observations(upTo(1, 5, 5), 7, true);
    states.discardIdle(IDLE_NANOS + 2, NOW_MILLIS);
    assertThat(observations(upTo(1, 2, 1), startNanos, true)).isEqualTo(3);
  }

  @Test
  void advance_otherBoundsWithinARun_areNotCountedTwice() throws Exception {
    observations(upTo(1, 5, 5), 7, true);
    assertThatThrownBy(() -> observations(upTo(2, 6, 5), 7, true))
        .isInstanceOf(ChangedBucketsException.class)
        .hasMessageContaining("other buckets");
    assertThat(observations(upTo(2, 6, 6), 7, true)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7})
  void advance_decrease_isARestart(long startNanos) throws Exception {
    observations(upTo(1, 5, 5), startNanos, true);
    assertThat(observations(upTo(1, 1, 0), startNanos, true)).isEqualTo(1);
  }

  @Test
  void advance_otherScaleOfOneHistogram_isStillTheDifference() throws Exception {
    long[] none = {};
    assertThat(
            observations(HistogramBuckets.exponential(3, 0, 8, new long[] {2}, 0, none), 1, true))
        .isEqualTo(2);
    assertThat(
            observations(
                HistogramBuckets.exponential(0, 0, 1, new long[] {2, 5}, 0, none), 1, true))
        .isEqualTo(5);
  }
}
