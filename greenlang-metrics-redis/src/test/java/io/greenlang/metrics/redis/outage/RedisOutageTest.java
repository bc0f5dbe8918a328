package io.greenlang.metrics.redis.outage;

import static io.greenlang.metrics.redis.fixture.Instance.ORDERS;
import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.TestInstances;
import io.greenlang.metrics.redis.rig.FaultProxy;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Instances whose Redis becomes unavailable, and returns with or without its data. */
final class RedisOutageTest {

  @RegisterExtension final TestInstances instances = new TestInstances();

  private final RedisServer redis = instances.redis;

  private Instance startImpatient(FaultProxy proxy) {
    return instances.start(Instance.builder(proxy.url()).timeout(Instance.IMPATIENT));
  }

  private static List<Double> range(int from, int to) {
    return DoubleStream.iterate(from, v -> v < to, v -> v + 1).boxed().toList();
  }

  @Test
  void redis_killedAndRestarted_localDeliveryContinuesAndRejoins() {
    Instance one = instances.start();
    Instance two = instances.start();
    one.publish(0);
    one.awaitValues(1);
    two.awaitValues(1);
    String epoch = one.listener.epoch(ORDERS);

    redis.kill();
    IntStream.range(1, 100).forEach(one::publish);
    one.awaitValues(100); // at once, long before Redis is back
    assertThat(one.listener.epoch(ORDERS)).isNotEqualTo(epoch);
    assertThat(one.broker.state().problem()).contains("does not answer");
    IntStream.range(1_000, 1_100).forEach(two::publish);
    two.awaitValues(101);
    assertThat(two.values()).endsWith(1_099.0).doesNotContain(99.0);

    redis.restart();
    one.awaitValues(200);
    two.awaitValues(200);
    one.awaitConnected();
    two.awaitConnected();
    await()
        .atMost(TIMEOUT)
        .until(
            () ->
                one.listener.epoch(ORDERS).equals(epoch)
                    && two.listener.epoch(ORDERS).equals(epoch));
    one.publish(5_000);
    one.awaitValues(201);
    two.awaitValues(201);
    for (Instance instance : List.of(one, two)) {
      assertThat(instance.values()).hasSize(201).doesNotHaveDuplicates().endsWith(5_000.0);
      assertThat(instance.listener.breaches()).isEmpty();
      assertThat(instance.listener.gaps(ORDERS))
          .extracting(Gap::missed)
          .containsExactly(Gap.UNKNOWN, 0L);
    }
    assertThat(one.values().subList(0, 100)).isEqualTo(range(0, 100));
  }

  @Test
  void redis_killedAndRestartedEmpty_startsNewEpoch() {
    Instance one = instances.start();
    Instance two = instances.start();
    IntStream.range(0, 10).forEach(one::publish);
    two.awaitValues(10);
    one.awaitValues(10);
    long[] nanos = new long[20];
    for (int round = 1; round <= nanos.length; round++) {
      String epoch = one.listener.epoch(ORDERS);
      redis.kill();
      redis.restartEmpty();
      long before = System.nanoTime();
      int completed = round;
      await()
          .atMost(TIMEOUT)
          .pollInterval(Duration.ofMillis(5))
          .until(
              () ->
                  !one.listener.epoch(ORDERS).equals(epoch)
                      && one.listener.epoch(ORDERS).equals(two.listener.epoch(ORDERS)));
      nanos[round - 1] = System.nanoTime() - before;
      one.awaitConnected();
      one.publish(9 + completed);
      one.awaitValues(10 + completed);
      two.awaitValues(10 + completed);
    }
    Arrays.sort(nanos); // the median, because a busy machine can delay any single round
    assertThat(TimeUnit.NANOSECONDS.toMillis(nanos[nanos.length / 2])).isLessThan(3_000);
    for (Instance instance : List.of(one, two)) {
      assertThat(instance.values()).isEqualTo(range(0, 30));
      assertThat(instance.listener.breaches()).isEmpty();
      assertThat(instance.listener.gaps(ORDERS))
          .hasSizeGreaterThanOrEqualTo(20)
          .extracting(Gap::missed)
          .contains(Gap.UNKNOWN);
    }
    await()
        .atMost(TIMEOUT)
        .until(
            () -> String.valueOf(redis.command("SMEMBERS", "greenlang:channels")),
            names -> names.contains("orders"));
  }

  @Test
  void redis_restoredFromOlderCopy_startsNewEpoch() {
    Instance one = instances.start();
    one.publish(0);
    one.awaitValues(1);
    String epoch = one.listener.epoch(ORDERS);
    String log = "greenlang:{orders.metrics}:log";
    String meta = "greenlang:{orders.metrics}:meta";
    redis.command("COPY", log, "log");
    redis.command("COPY", meta, "meta");
    IntStream.range(1, 10).forEach(one::publish);
    one.awaitValues(10);

    redis.command("COPY", "log", log, "REPLACE");
    redis.command("COPY", "meta", meta, "REPLACE");
    one.publish(10);

    one.awaitValues(11);
    assertThat(one.values()).isEqualTo(range(0, 11));
    assertThat(one.listener.epoch(ORDERS)).isNotEqualTo(epoch);
    assertThat(one.listener.breaches()).isEmpty();
    assertThat(one.listener.gaps(ORDERS)).extracting(Gap::missed).containsExactly(Gap.UNKNOWN);
  }

  @Test
  void log_continuedFromOlderCopy_isDetected() {
    FaultProxy proxy = instances.proxy();
    Instance cut = instances.start(proxy.url());
    Instance other = instances.start();
    other.publish(0);
    cut.awaitValues(1);
    String log = "greenlang:{orders.metrics}:log";
    String meta = "greenlang:{orders.metrics}:meta";
    redis.command("COPY", log, "log");
    redis.command("COPY", meta, "meta");
    IntStream.range(1, 5).forEach(other::publish);
    cut.awaitValues(5);
    proxy.refuse();
    proxy.resetConnections();
    other.close();
    redis.command("COPY", "log", log, "REPLACE");
    redis.command("COPY", "meta", meta, "REPLACE");
    Instance third =
        instances.start(); // it has not seen the lost tail, so it continues in the same epoch
    IntStream.range(100, 120).forEach(third::publish);
    third.awaitValues(20);
    proxy.restore();

    cut.awaitValues(25);
    assertThat(cut.values()).hasSize(25).endsWith(119.0);
    assertThat(cut.listener.breaches()).isEmpty();
    assertThat(cut.listener.gaps(ORDERS)).extracting(Gap::missed).containsExactly(Gap.UNKNOWN);
  }

  /** An eviction policy that applies to all keys could delete it. */
  @Test
  void append_metaLost_continuesAfterLastEntry() {
    Instance one = instances.start();
    IntStream.range(0, 10).forEach(one::publish);
    one.awaitValues(10);
    redis.command("DEL", "greenlang:{orders.metrics}:meta");
    IntStream.range(10, 20).forEach(one::publish);
    one.awaitValues(20);

    assertThat(one.values()).hasSize(20).doesNotHaveDuplicates();
    assertThat(one.listener.breaches()).isEmpty();
    assertThat(instances.start().listener.restored(ORDERS)).hasSize(20);
  }

  @Test
  void start_redisUnavailable_usesLocalModeUntilRestored() {
    redis.kill();
    Instance one = instances.start();
    assertThat(one.broker.state().problem()).contains("does not answer");
    IntStream.range(0, 10).forEach(one::publish);
    one.awaitValues(10);

    redis.restart();
    one.awaitConnected();
    Instance two = instances.start();
    assertThat(two.listener.restored(ORDERS)).hasSize(10);
    two.publish(10);
    one.awaitValues(11);
    assertThat(one.values()).isEqualTo(range(0, 11));
    assertThat(one.listener.breaches()).isEmpty();
  }

  @Test
  void redis_unresponsive_localDeliveryContinuesAndPublishDoesNotBlock() {
    FaultProxy proxy = instances.proxy();
    Instance one = startImpatient(proxy);
    Instance two = instances.start();
    one.publish(0);
    one.awaitValues(1);
    proxy.blackhole();
    long[] nanos = new long[20_000];
    for (int i = 0; i < nanos.length; i++) {
      long before = System.nanoTime();
      one.publish(i + 1.0);
      nanos[i] = System.nanoTime() - before;
    }
    one.awaitValues(20_001); // the proxy still holds back everything
    Arrays.sort(nanos);
    assertThat(TimeUnit.NANOSECONDS.toMicros(nanos[nanos.length * 99 / 100])).isLessThan(5_000);
    proxy.resetConnections();
    proxy.restore();

    two.awaitValues(20_001);
    one.awaitConnected();
    two.publish(-1);
    one.awaitValues(20_002);
    two.awaitValues(20_002);
    assertThat(one.values()).hasSize(20_002).doesNotHaveDuplicates();
    assertThat(two.values()).hasSize(20_002).doesNotHaveDuplicates();
    assertThat(one.listener.breaches()).isEmpty();
    assertThat(two.listener.breaches()).isEmpty();
    assertThat(two.listener.gaps(ORDERS)).isEmpty();
  }

  @Test
  void queue_full_dropsOldestAndCounts() {
    Instance one = instances.start(instances.builder().queuePublications(100).queueBytes(50_000));
    Instance two = instances.start();
    redis.kill();
    one.publish(0);
    one.awaitValues(1);
    for (int i = 1; i < 400; i++) {
      one.publish(i);
      one.awaitValues(i + 1);
    }
    assertThat(one.health("dropped")).isEqualTo(300);
    assertThat(one.health("queue.publications")).isEqualTo(100);
    assertThat(one.values()).isEqualTo(range(0, 400));

    redis.restart();
    two.awaitValues(100);
    one.awaitConnected();
    assertThat(two.values()).isEqualTo(range(300, 400));
    assertThat(one.values()).isEqualTo(range(0, 400));
    assertThat(one.listener.breaches()).isEmpty();
  }

  @Test
  void redis_full_isReportedAndLocalDeliveryContinues() {
    Instance one = instances.start();
    one.publish(0);
    one.awaitValues(1);
    redis.command("CONFIG", "SET", "maxmemory", "1");
    IntStream.range(1, 10).forEach(one::publish);
    one.awaitValues(10);
    assertThat(one.broker.state().problem()).contains("is full");

    redis.command("CONFIG", "SET", "maxmemory", "0");
    one.awaitConnected();
    Instance two = instances.start();
    assertThat(two.listener.restored(ORDERS)).hasSize(10);
    assertThat(one.values()).isEqualTo(range(0, 10));
  }

  @Test
  void channel_withConflictingData_isOnlyOneInLocalMode() {
    redis.command("SET", "greenlang:{other.metrics}:log", "something else");
    Instance one = instances.start();
    Channel other = new Channel("other.metrics");
    one.broker.openChannel(other);
    one.publish(other, 1);
    one.awaitValues(other, 1);
    assertThat(one.broker.state().problem()).contains("another program's data");

    Instance two = instances.start();
    one.publish(2);
    two.awaitValues(1);
    one.awaitValues(1);
    assertThat(one.listener.gaps(ORDERS)).isEmpty();
  }

  /**
   * However connections fail, each instance has everything once, and every change of order is
   * reported.
   */
  @Test
  void network_randomFaults_nothingIsLostOrRepeated() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    FaultProxy first = instances.proxy();
    FaultProxy second = instances.proxy();
    List<FaultProxy> proxies = List.of(first, second);
    List<Instance> both = List.of(startImpatient(first), startImpatient(second));
    int next = 0;
    for (int round = 0; round < 40; round++) {
      FaultProxy proxy = proxies.get(random.nextInt(2));
      switch (random.nextInt(4)) {
        case 0 -> proxy.resetConnections();
        case 1 -> proxy.blackholeToServer();
        case 2 -> proxy.blackholeToClient();
        default -> proxy.blackhole();
      }
      for (int i = random.nextInt(300); i > 0; i--) {
        both.get(random.nextInt(2)).publish(next++);
      }
      if (random.nextBoolean()) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(1_500));
        while (System.nanoTime() < until) {
          LockSupport.parkNanos(until - System.nanoTime()); // faults have to last
        }
      }
      proxies.forEach(FaultProxy::resetConnections);
      proxies.forEach(FaultProxy::restore);
    }
    int total = next;
    for (Instance instance : both) {
      instance.awaitConnected();
      instance.awaitValues(total);
      assertThat(instance.values()).as("seed %d", seed).hasSize(total).doesNotHaveDuplicates();
      assertThat(instance.listener.breaches()).as("seed %d", seed).isEmpty();
    }
  }
}
