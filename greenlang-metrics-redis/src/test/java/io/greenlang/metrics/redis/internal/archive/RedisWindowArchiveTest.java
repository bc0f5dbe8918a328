package io.greenlang.metrics.redis.internal.archive;

import static io.greenlang.metrics.redis.fixture.Instance.ORDERS;
import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.broker.WindowArchive;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.RecordingListener;
import io.greenlang.metrics.redis.fixture.TestInstances;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RedisWindowArchiveTest {

  private static final long MINUTE = 60_000;
  private static final long NOON = 1_762_603_200_000L;
  private static final Duration DAY = Duration.ofDays(1);
  private static final String KEY = "greenlang:{orders.metrics}:windows:1m";

  @RegisterExtension final TestInstances instances = new TestInstances();
  private final RedisServer redis = instances.redis;

  private static WindowArchive archive(Instance instance) {
    return Objects.requireNonNull(instance.broker.archive());
  }

  private void store(Instance instance, long startMillis, byte[] packed) {
    archive(instance).store(ORDERS, Interval.ONE_MINUTE, startMillis, packed, DAY);
  }

  private Map<Long, byte[]> restored() {
    try (Instance later =
        Instance.start(
            Instance.builder(redis.url()),
            new RecordingListener().withWindows(Interval.ONE_MINUTE))) {
      return later.listener.windows(ORDERS);
    }
  }

  private void awaitStored(long count) {
    await().atMost(TIMEOUT).until(() -> redis.command("XLEN", KEY), n -> n.equals(count));
  }

  private static byte[] window(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    Arrays.fill(bytes, 0, size / 2, (byte) 7);
    return bytes;
  }

  @Test
  void store_twoInstances_storesFirstWindow() {
    try (Instance one = Instance.start(redis.url());
        Instance two = Instance.start(redis.url())) {
      for (int i = 0; i < 40; i++) {
        store(one, NOON + i * MINUTE, window(i, 100 + 1_000 * i));
        store(two, NOON + i * MINUTE, window(i, 100 + 1_000 * i));
      }
      awaitStored(40);
      store(two, NOON, window(99, 10));
      store(two, NOON + 40 * MINUTE, window(40, 10));
      awaitStored(41);
      assertThat(one.broker.state().problem()).isNull();
    }
    Map<Long, byte[]> restored = restored();
    assertThat(restored.keySet()).hasSize(41).first().isEqualTo(NOON);
    for (int i = 0; i < 40; i++) {
      assertThat(restored.get(NOON + i * MINUTE)).isEqualTo(window(i, 100 + 1_000 * i));
    }
  }

  @Test
  void store_redisUnavailable_storesAfterRestart() {
    try (Instance one = Instance.start(redis.url())) {
      redis.kill();
      store(one, NOON, window(1, 1_000));
      one.awaitProblem();
      redis.restart();
      awaitStored(1);
    }
    assertThat(restored()).containsOnlyKeys(NOON);
  }

  /** A burst of series makes one large window; those before it are as small as ever. */
  @Test
  void store_oneLargeWindow_keepsSmallOnes() {
    try (Instance one = Instance.start(Instance.builder(redis.url()).windowBytes(100_000))) {
      for (int i = 0; i < 40; i++) {
        store(one, NOON + i * MINUTE, window(i, i == 16 ? 40_000 : 1_000));
      }
      awaitStored(40);
    }
    assertThat(restored()).hasSize(40);
  }

  @Test
  void store_aboveByteLimit_evictsOldest() {
    try (Instance one = Instance.start(Instance.builder(redis.url()).windowBytes(100_000))) {
      for (int i = 0; i < 200; i++) {
        store(one, NOON + i * MINUTE, window(i, i < 100 ? 1_000 : 10_000));
      }
      long latest = NOON + 199 * MINUTE;
      await()
          .atMost(TIMEOUT)
          .until(
              () -> Replies.list(redis.command("XRANGE", KEY, latest + "-0", "+")),
              n -> !n.isEmpty());
    }
    assertThat(restored().keySet()).hasSizeBetween(15, 20).contains(NOON + 199 * MINUTE);
  }

  @Test
  void read_damagedWindows_areSkipped() {
    try (Instance one = Instance.start(redis.url())) {
      store(one, NOON, window(1, 1_000));
      awaitStored(1);
      redis.command("XADD", KEY, NOON + MINUTE + "-0", "d", "not deflated");
      redis.command("XADD", KEY, NOON + 2 * MINUTE + "-0", "d", "");
      store(one, NOON + 3 * MINUTE, window(2, 1_000));
      awaitStored(4);
    }
    assertThat(restored()).containsOnlyKeys(NOON, NOON + 3 * MINUTE);
  }

  @Test
  void unpack_bombOrTruncated_isMalformed() {
    byte[] bomb = WindowCompression.pack(new byte[10_000_000]);
    assertThat(bomb.length).isLessThan(100_000);
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> WindowCompression.unpack(bomb, 1_000_000));
    byte[] cut = Arrays.copyOf(bomb, bomb.length / 2);
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> WindowCompression.unpack(cut, 1 << 30));
  }
}
