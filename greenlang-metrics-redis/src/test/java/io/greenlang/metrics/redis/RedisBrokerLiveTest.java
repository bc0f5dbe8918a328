package io.greenlang.metrics.redis;

import static io.greenlang.metrics.redis.fixture.Instance.ORDERS;
import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.RecordingListener;
import io.greenlang.metrics.redis.fixture.TestInstances;
import io.greenlang.metrics.redis.internal.log.PublicationCodecTest;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Instances on one healthy Redis. */
final class RedisBrokerLiveTest {

  private static final Channel LATE = new Channel("late.metrics");

  @RegisterExtension final TestInstances instances = new TestInstances();
  private final RedisServer redis = instances.redis;

  @Test
  void publish_severalInstances_deliverEverythingInSameOrder() throws Exception {
    List<Instance> all = List.of(instances.start(), instances.start(), instances.start());
    int each = 2_000;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      int number = i;
      threads.add(
          NamedThreads.start(
              "publisher",
              () ->
                  IntStream.range(0, each)
                      .forEach(n -> all.get(number).publish(number * 1_000_000.0 + n))));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    all.forEach(instance -> instance.awaitValues(3 * each));
    List<Double> first = all.get(0).values();
    assertThat(first).hasSize(3 * each).doesNotHaveDuplicates();
    for (int i = 0; i < all.size(); i++) {
      double from = i * 1_000_000.0;
      assertThat(first.stream().filter(v -> v >= from && v < from + 1_000_000)).isSorted();
    }
    for (Instance instance : all) {
      assertThat(instance.values()).isEqualTo(first);
      assertThat(instance.listener.breaches()).isEmpty();
      assertThat(instance.listener.gaps(ORDERS)).isEmpty();
    }
  }

  @Test
  void publish_anyMetrics_areDeliveredUnchanged() {
    Instance instance = instances.start();
    List<Metric> metrics = PublicationCodecTest.metrics(7, ORDERS);
    instance.broker.publish(ORDERS, metrics);

    instance.awaitValues(metrics.size());
    assertThat(instance.listener.publications(ORDERS).get(0).metrics()).isEqualTo(metrics);
  }

  @Test
  void publish_largePublication_isSplit() {
    Instance instance = instances.start();
    List<Metric> metrics =
        IntStream.range(0, 60_000).mapToObj(n -> Instance.metric(ORDERS, n)).toList();
    instance.broker.publish(ORDERS, metrics);

    instance.awaitValues(metrics.size());
    assertThat(instance.values()).isEqualTo(metrics.stream().map(Metric::value).toList());
    assertThat(instance.listener.publications(ORDERS).size()).isBetween(2, 4);
  }

  @Test
  void openChannel_byAnotherInstance_opensItHere() {
    Instance first = instances.start();
    Instance second = instances.start();
    second.broker.openChannel(LATE);
    second.publish(LATE, 1);

    await().atMost(TIMEOUT).until(() -> first.listener.isOpen(LATE));
    second.publish(LATE, 2);
    await()
        .atMost(TIMEOUT)
        .until(
            () ->
                first.listener.values(LATE).contains(2.0)
                    && first.listener.restored(LATE).size() + first.listener.values(LATE).size()
                        == 2);
    assertThat(first.listener.breaches()).isEmpty();
  }

  @Test
  void openChannel_rejectedByListener_leavesNoTrace() {
    RecordingListener full =
        new RecordingListener() {
          @Override
          public void onChannelOpened(Channel channel, ChannelLog log) {
            if (channel.equals(LATE)) {
              throw new IllegalArgumentException("no room");
            }
            super.onChannelOpened(channel, log);
          }
        };
    Instance instance = instances.start(instances.builder(), full);

    assertThatIllegalArgumentException().isThrownBy(() -> instance.broker.openChannel(LATE));
    assertThatIllegalStateException().isThrownBy(() -> instance.publish(LATE, 1));
    await()
        .atMost(TIMEOUT)
        .until(
            () -> String.valueOf(redis.command("PUBSUB", "CHANNELS", "greenlang:{late*")),
            topics -> topics.equals("[]"));
    assertThat(redis.command("SMEMBERS", "greenlang:channels")).isEqualTo(List.of(ORDERS.name()));
  }

  @Test
  void start_afterOthersPublished_restoresLog() {
    Instance first = instances.start();
    IntStream.range(0, 1_000).forEach(first::publish);
    first.awaitValues(1_000).close();

    Instance second = instances.start();
    assertThat(second.listener.restored(ORDERS)).isEqualTo(first.listener.publications(ORDERS));
    second.publish(1_000);
    second.awaitValues(1);
    assertThat(second.listener.publications(ORDERS).get(0).offset()).isEqualTo(1_001);
    assertThat(second.listener.breaches()).isEmpty();
  }

  @Test
  void publish_logMillis_isTimeOfRedis() {
    Instance instance = instances.start();
    long before = System.currentTimeMillis();
    instance.publish(1);
    Publication only = instance.awaitValues(1).listener.publications(ORDERS).get(0);

    assertThat(only.logMillis()).isBetween(before, System.currentTimeMillis());
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(instance.broker.watermarkMillis())
                    .isGreaterThan(System.currentTimeMillis() - 1_000)
                    .isLessThanOrEqualTo(System.currentTimeMillis()));
  }

  @Test
  void log_aboveByteLimit_isTrimmed() {
    Instance instance = instances.start(instances.builder().logBytes(500_000));
    IntStream.range(0, 20_000).forEach(instance::publish);
    instance.awaitValues(20_000);

    Object entries = redis.command("XLEN", "greenlang:{orders.metrics}:log");
    assertThat((Long) entries).isBetween(1_000L, 8_000L);
    assertThat(instance.listener.breaches()).isEmpty();
  }

  @Test
  void bus_garbage_isCountedAndSkipped() {
    Instance instance = instances.start().awaitConnected();
    String bus = "greenlang:{orders.metrics}:bus";
    List<String> garbage =
        List.of(
            "",
            "G1",
            "hello",
            "G1 e 1 2 3 4 n 1\n",
            "G1 e 1 2 3 4 n 99999999\n1 1 1\nx",
            "G1 e 1 2 -3 4 n 1\n1 1 1\nx",
            "G1 e 1 2 999999999999999 4 n 1\n1 1 999999\nx",
            "x".repeat(5 << 20));
    garbage.forEach(each -> redis.command("PUBLISH", bus, each));
    redis.command("PUBLISH", bus, "G1 forged 1 2 3 4 n 1\n1 1 1\nx");
    redis.command("PUBLISH", "greenlang:{pulse-0}:pulse", "nonsense");
    instance.publish(1);

    instance.awaitValues(1);
    assertThat(instance.listener.breaches()).isEmpty();
    assertThat(instance.listener.gaps(ORDERS)).isEmpty();
    await() // the heartbeat is not a publication, so it may be read after the last one is delivered
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> assertThat(instance.health("malformed")).isEqualTo(garbage.size() + 1.0));
  }

  @Test
  void log_forgedEntry_isSkippedAndReportedAsGap() {
    Instance first = instances.start();
    first.publish(1);
    Publication only = first.awaitValues(1).listener.publications(ORDERS).get(0);
    String epoch = only.epoch();
    String t = Long.toString(only.logMillis());
    redis.command(
        "PUBLISH",
        "greenlang:{orders.metrics}:bus",
        "G1 " + epoch + " " + t + " " + t + " 2 1 n 1\n1 3 2\nxx");

    await().atMost(TIMEOUT).until(() -> !first.listener.gaps(ORDERS).isEmpty());
    assertThat(first.listener.gaps(ORDERS).get(0).missed()).isEqualTo(3);
    assertThat(first.health("malformed")).isEqualTo(1);
  }
}
