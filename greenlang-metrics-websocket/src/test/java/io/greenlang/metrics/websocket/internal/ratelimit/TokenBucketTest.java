package io.greenlang.metrics.websocket.internal.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {

  private static final long SECOND = 1_000_000_000L;

  @ParameterizedTest
  @ValueSource(longs = {0, -5 * SECOND, Long.MAX_VALUE - SECOND, Long.MIN_VALUE + 7})
  void available_anyClockOrigin_neverExceedsOneMinute(long start) {
    TokenBucket bucket = new TokenBucket(60, start);
    assertThat(bucket.available(start)).isEqualTo(60);
    assertThat(bucket.available(start + 3600 * SECOND)).isEqualTo(60);
    bucket.acquire(60, start);
    assertThat(bucket.available(start)).isZero();
    assertThat(bucket.available(start + SECOND - 1)).isZero();
    assertThat(bucket.available(start + SECOND)).isEqualTo(1);
    assertThat(bucket.isFull(start + 59 * SECOND)).isFalse();
    assertThat(bucket.isFull(start + 60 * SECOND)).isTrue();
  }

  @Test
  void release_acquiredTokens_makesThemAvailable() {
    TokenBucket bucket = new TokenBucket(1_000, 0);
    bucket.acquire(257, 0);
    bucket.release(200);
    assertThat(bucket.available(0)).isEqualTo(943);
  }

  @Test
  void nanosUntil_fewerAvailable_returnsTimeOfRefill() {
    TokenBucket bucket = new TokenBucket(60, 0);
    assertThat(bucket.nanosUntil(60, 0)).isZero();
    bucket.acquire(58, 0);
    assertThat(bucket.nanosUntil(2, 0)).isZero();
    assertThat(bucket.nanosUntil(5, 0)).isEqualTo(3 * SECOND);
    assertThat(bucket.nanosUntil(1_000, 0)).as("all but one").isEqualTo(57 * SECOND);
  }

  @Test
  void acquire_moreThanAvailable_deficitRefillsFirst() {
    TokenBucket bucket = new TokenBucket(60, 0);
    bucket.acquire(62, 0);
    assertThat(bucket.available(2 * SECOND)).isZero();
    assertThat(bucket.available(3 * SECOND)).isEqualTo(1);
  }

  @Test
  void acquire_randomTimes_neverExceedsRate() {
    Random random = new Random(7);
    int perMinute = 600;
    TokenBucket bucket = new TokenBucket(perMinute, 0);
    long now = 0;
    long taken = 0;
    for (int i = 0; i < 100_000; i++) {
      now += random.nextInt(100_000_000);
      int count = Math.min(bucket.available(now), random.nextInt(20));
      bucket.acquire(count, now);
      taken += count;
      assertThat(taken).isLessThanOrEqualTo(perMinute + now / (60 * SECOND / perMinute));
    }
    assertThat(taken).as("most of the rate can be used").isGreaterThan(now / (SECOND / 10) / 2);
  }
}
