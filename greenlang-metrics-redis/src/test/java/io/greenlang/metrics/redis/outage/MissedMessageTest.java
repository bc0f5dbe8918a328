package io.greenlang.metrics.redis.outage;

import static io.greenlang.metrics.redis.fixture.Instance.ORDERS;
import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.RecordingListener;
import io.greenlang.metrics.redis.fixture.TestInstances;
import io.greenlang.metrics.redis.rig.FaultProxy;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Instances whose subscriptions miss messages of the bus. The log fills the gap. */
final class MissedMessageTest {

  @RegisterExtension final TestInstances instances = new TestInstances();
  private final RedisServer redis = instances.redis;

  /**
   * Lets an instance receive the first publication of another one, and then cuts its connections.
   *
   * @return the other instance, after it has delivered all {@code count} itself
   */
  private Instance publishWhileDisconnected(FaultProxy proxy, Instance cut, int count) {
    Instance other = instances.start();
    other.publish(0);
    cut.awaitValues(1);
    proxy.refuse();
    proxy.resetConnections();
    IntStream.range(1, count).forEach(other::publish);
    return other.awaitValues(count);
  }

  @Test
  void message_missedOnBus_isReadFromLog() {
    FaultProxy proxy = instances.proxy();
    Instance cut = instances.start(proxy.url());
    Instance other = publishWhileDisconnected(proxy, cut, 500);
    proxy.restore();

    cut.awaitValues(500);
    assertThat(cut.values()).isEqualTo(other.values());
    assertThat(cut.listener.breaches()).isEmpty();
    assertThat(cut.listener.gaps(ORDERS)).isEmpty();
    assertThat(cut.health("gaps.filled")).isGreaterThanOrEqualTo(499);
  }

  @Test
  void message_missedAndTrimmed_reportsExactGap() {
    FaultProxy proxy = instances.proxy();
    Instance cut = instances.start(proxy.url());
    publishWhileDisconnected(proxy, cut, 500);
    redis.command("XTRIM", "greenlang:{orders.metrics}:log", "MAXLEN", "100");
    proxy.restore();

    cut.awaitValues(101);
    assertThat(cut.values()).hasSize(101).endsWith(499.0);
    assertThat(cut.listener.breaches()).isEmpty();
    assertThat(cut.listener.gaps(ORDERS)).extracting(Gap::missed).containsExactly(399L);
  }

  @Test
  void message_missedAndLogDeleted_reportsGapWithoutNextMessage() {
    FaultProxy proxy = instances.proxy();
    Instance cut = instances.start(proxy.url());
    Instance other = publishWhileDisconnected(proxy, cut, 50);
    redis.command("DEL", "greenlang:{orders.metrics}:log");
    proxy.restore();

    await().atMost(TIMEOUT).until(() -> !cut.listener.gaps(ORDERS).isEmpty());
    assertThat(cut.listener.gaps(ORDERS)).extracting(Gap::missed).containsExactly(49L);
    other.publish(50);
    cut.awaitValues(2);
    assertThat(cut.values()).containsExactly(0.0, 50.0);
    assertThat(cut.listener.breaches()).isEmpty();
  }

  @Test
  void subscription_killedRepeatedlyUnderLoad_losesNothing() throws Exception {
    Instance one = instances.start();
    Instance two = instances.start();
    int total = 25_000;
    Thread publisher =
        NamedThreads.start(
            "publisher",
            () -> {
              for (int i = 0; i < total; i++) {
                (i % 2 == 0 ? one : two).publish(i);
                if (i % 50 == 0) {
                  LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
              }
            });
    long[] nanos = new long[100];
    for (int i = 0; i < nanos.length; i++) {
      long before = System.nanoTime();
      redis.command("CLIENT", "KILL", "TYPE", "pubsub");
      await()
          .atMost(TIMEOUT)
          .pollInterval(Duration.ofMillis(2))
          .until(
              () ->
                  String.valueOf(
                          redis.command("PUBSUB", "NUMSUB", "greenlang:{orders.metrics}:bus"))
                      .endsWith(" 2]"));
      nanos[i] = System.nanoTime() - before;
    }
    publisher.join();

    one.awaitValues(total);
    two.awaitValues(total);
    assertThat(one.values()).hasSize(total).doesNotHaveDuplicates().isEqualTo(two.values());
    for (Instance instance : List.of(one, two)) {
      assertThat(instance.listener.breaches()).isEmpty();
      assertThat(instance.listener.gaps(ORDERS)).isEmpty();
      assertThat(instance.health("reconnects")).isGreaterThan(50);
    }
    Arrays.sort(nanos);
    System.out.printf(
        "%d kills: subscribed again after %d ms in the median, %d ms at most%n",
        nanos.length,
        TimeUnit.NANOSECONDS.toMillis(nanos[nanos.length / 2]),
        TimeUnit.NANOSECONDS.toMillis(nanos[nanos.length - 1]));
    assertThat(TimeUnit.NANOSECONDS.toMillis(nanos[nanos.length / 2]))
        .as("the median, because a busy machine can delay any single one")
        .isLessThan(2_000);
  }

  @Test
  void deliveryQueue_full_readsFromLog() {
    CountDownLatch release = new CountDownLatch(1);
    RecordingListener slow =
        new RecordingListener() {
          @Override
          public synchronized void onPublication(Publication next) {
            try {
              release.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt(); // the broker is closed
            }
            super.onPublication(next);
          }
        };
    Instance slowInstance = instances.start(instances.builder().deliveryQueueBytes(20_000), slow);
    Instance other = instances.start();
    IntStream.range(0, 20_000).forEach(other::publish);
    other.awaitValues(20_000);
    await().atMost(TIMEOUT).until(() -> slowInstance.health("overflowed") > 0);
    release.countDown();

    slowInstance.awaitValues(20_000);
    assertThat(slowInstance.values()).isEqualTo(other.values());
    assertThat(slowInstance.listener.breaches()).isEmpty();
    assertThat(slowInstance.listener.gaps(ORDERS)).isEmpty();
  }

  @Test
  void subscription_closedByOutputBufferLimit_losesNothing() {
    redis.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 64kb 64kb 1");
    FaultProxy proxy = instances.proxy();
    Instance held = instances.start(Instance.builder(proxy.url()).timeout(Instance.IMPATIENT));
    Instance other = instances.start();
    other.publish(0);
    held.awaitValues(1);
    proxy.blackholeToClient();
    int published = 1;
    while (published < 200_000 && held.health("reconnects") == 0) {
      other.publish(published++);
      if (published % 1_000 == 0) {
        other.awaitValues(published);
      }
    }
    proxy.restore();

    int all = published;
    other.awaitValues(all);
    held.awaitValues(all);
    assertThat(held.values()).isEqualTo(other.values());
    assertThat(held.listener.breaches()).isEmpty();
    assertThat(held.listener.gaps(ORDERS)).isEmpty();
  }
}
