package io.greenlang.metrics.redis.checker;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.feed.Accounting;
import io.greenlang.metrics.redis.rig.RedisServer;
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
 * Three instances on one Redis, each with a publisher, and clients that wander between them, while
 * everything that can fail fails. For as long as {@code -Dchecker.seconds} says, else a minute; the
 * seed is printed, and {@code -Dchecker.seed} takes it.
 */
class HistoryCheckerTest {

  private static final int INSTANCES = 3;
  private static final int CLIENTS = 9;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

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
  void everything_underFaults_isInOrder_orAnnounced() throws Exception {
    long seed = Long.getLong("checker.seed", System.nanoTime());
    long seconds = Long.getLong("checker.seconds", 60);
    System.out.println("history checker: seed " + seed + ", " + seconds + " s");
    Random random = new Random(seed);
    begin(random);

    Map<String, Integer> done = new TreeMap<>();
    Faults faults = new Faults(redis, instances, clients, random);
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (System.nanoTime() < end && violations.isEmpty()) {
      done.merge(faults.next(), 1, Integer::sum);
    }
    settle();

    System.out.println("history checker: " + done);
    clients.forEach(client -> System.out.println("history checker: " + client));
    assertThat(violations).as("seed %d, faults %s", seed, done).isEmpty();
    instances.forEach(HistoryCheckerTest::assertAccounted);
  }

  private void begin(Random random) {
    for (int i = 0; i < INSTANCES; i++) {
      instances.add(new CheckedInstance(i, redis.port()));
    }
    List<String> all =
        IntStream.range(0, INSTANCES)
            .mapToObj(CheckedInstance::series)
            .flatMap(List::stream)
            .toList();
    for (int i = 0; i < CLIENTS; i++) {
      List<String> wanted = i % 3 == 0 ? CheckedInstance.series(i / 3 % INSTANCES) : all;
      clients.add(new CheckedClient(i, instances, wanted, violations, random.nextLong()));
    }
  }

  /** All is well again, and everybody hears the last of everything. */
  private void settle() throws InterruptedException {
    for (CheckedInstance instance : instances) {
      instance.finish();
    }
    Awaitility.await("brokers without trouble")
        .atMost(PATIENCE)
        .until(() -> instances.stream().allMatch(each -> each.health().endsWith("trouble=null]")));
    instances.forEach(CheckedInstance::publishLast);
    Awaitility.await("the last of everything at every client")
        .atMost(PATIENCE)
        .until(() -> !violations.isEmpty() || clients.stream().allMatch(CheckedClient::hasAll));
  }

  private static void assertAccounted(CheckedInstance instance) {
    Awaitility.await("published = delivered + merged + filtered + dropped")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Accounting sum = instance.accounting();
              assertThat(sum.pending()).isZero();
              assertThat(sum.published())
                  .as("%s", sum)
                  .isEqualTo(sum.delivered() + sum.merged() + sum.filtered() + sum.dropped());
            });
  }
}
