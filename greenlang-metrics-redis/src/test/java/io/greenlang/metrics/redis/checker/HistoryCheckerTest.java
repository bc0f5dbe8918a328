package io.greenlang.metrics.redis.checker;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.redis.rig.RedisServer;
import io.greenlang.metrics.subscription.DeliveryStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Three instances on one Redis, each with a publisher, and clients that move between them, under
 * all kinds of faults. It runs for {@code -Dchecker.seconds}, by default one minute. It prints the
 * seed, which {@code -Dchecker.seed} sets.
 */
class HistoryCheckerTest {

  private static final int INSTANCES = 3;
  private static final int CLIENTS = 9;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final RedisServer redis = RedisServer.start();
  private final List<CheckedInstance> instances = new ArrayList<>();
  private final List<CheckedClient> clients = new ArrayList<>();
  private final List<String> violations = new CopyOnWriteArrayList<>();

  @AfterEach
  void closeAll() {
    clients.forEach(CheckedClient::close);
    instances.forEach(CheckedInstance::close);
    redis.close();
  }

  @Test
  void values_underFaults_areInOrderOrReportedAsGaps() throws Exception {
    long seed = Long.getLong("checker.seed", System.nanoTime());
    long seconds = Long.getLong("checker.seconds", 60);
    System.out.println("history checker: seed " + seed + ", " + seconds + " s");
    Random random = new Random(seed);
    startAll(random);

    Map<String, Integer> counts = new TreeMap<>();
    FaultInjector faults = new FaultInjector(redis, instances, clients, random);
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (System.nanoTime() < end && violations.isEmpty()) {
      counts.merge(faults.injectNext(), 1, Integer::sum);
    }
    settle();

    System.out.println("history checker: " + counts);
    clients.forEach(client -> System.out.println("history checker: " + client));
    assertThat(violations).as("seed %d, faults %s", seed, counts).isEmpty();
    instances.forEach(HistoryCheckerTest::assertAccounted);
  }

  private void startAll(Random random) {
    for (int i = 0; i < INSTANCES; i++) {
      instances.add(new CheckedInstance(i, redis.port()));
    }
    List<String> allSeries =
        IntStream.range(0, INSTANCES)
            .mapToObj(CheckedInstance::series)
            .flatMap(List::stream)
            .toList();
    for (int i = 0; i < CLIENTS; i++) {
      List<String> series = i % 3 == 0 ? CheckedInstance.series(i / 3 % INSTANCES) : allSeries;
      clients.add(new CheckedClient(i, instances, series, violations, random.nextLong()));
    }
  }

  /** Waits until all faults are over and every client has received the last values. */
  private void settle() throws InterruptedException {
    for (CheckedInstance instance : instances) {
      instance.finish();
    }
    Awaitility.await("brokers without problems")
        .atMost(TIMEOUT)
        .until(() -> instances.stream().allMatch(each -> each.health().endsWith("problem=null]")));
    instances.forEach(CheckedInstance::publishLast);
    Awaitility.await("last values at every client")
        .atMost(TIMEOUT)
        .until(() -> !violations.isEmpty() || clients.stream().allMatch(CheckedClient::hasAll));
  }

  private static void assertAccounted(CheckedInstance instance) {
    Awaitility.await("published = delivered + merged + filtered + dropped")
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> {
              DeliveryStats stats = instance.stats();
              assertThat(stats.pending()).isZero();
              assertThat(stats.published())
                  .as("%s", stats)
                  .isEqualTo(
                      stats.delivered() + stats.merged() + stats.filtered() + stats.dropped());
            });
  }
}
