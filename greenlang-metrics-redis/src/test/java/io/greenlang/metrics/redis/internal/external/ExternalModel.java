package io.greenlang.metrics.redis.internal.external;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A model of instances that receive the same messages and append them to one log, in simulated
 * time. The bus is slow at random, and any number of instances lead.
 */
final class ExternalModel {

  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int INSTANCES = 3;
  private static final int MESSAGES = 60;
  private static final int TEXTS = 20;

  private final Random random;
  private final List<ExternalBacklog> instances = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final int[] seenUpTo = new int[INSTANCES];
  private final boolean[] leading = new boolean[INSTANCES];
  private final Map<String, Integer> published = new TreeMap<>();

  ExternalModel(Random random) {
    this.random = random;
    for (int i = 0; i < INSTANCES; i++) {
      ExternalBacklog backlog =
          new ExternalBacklog(
              0, ExternalBacklog.GRACE_NANOS + random.nextLong(ExternalBacklog.GRACE_NANOS / 2));
      instances.add(backlog);
    }
  }

  void run(String name) {
    long now = 0;
    int remaining = MESSAGES;
    while (remaining > 0 || instances.stream().anyMatch(each -> !each.isEmpty())) {
      now += STEP_NANOS;
      if (remaining > 0 && random.nextInt(3) > 0) {
        remaining--;
        publish("~" + random.nextInt(TEXTS), now);
      }
      if (random.nextInt(10) == 0) {
        leading[random.nextInt(INSTANCES)] ^= true;
      }
      for (int i = 0; i < INSTANCES; i++) {
        act(i, now);
      }
      assertThat(now).as(name + " terminates").isLessThan(TimeUnit.MINUTES.toNanos(2));
    }
    Map<String, Integer> logged = new TreeMap<>();
    log.forEach(mark -> logged.merge(mark, 1, Integer::sum));
    assertThat(logged).as(name).isEqualTo(published);
  }

  private void publish(String mark, long now) {
    published.merge(mark, 1, Integer::sum);
    for (ExternalBacklog backlog : instances) {
      backlog.addReceived(mark, 1, new byte[1], now);
    }
  }

  private void act(int instance, long now) {
    ExternalBacklog backlog = instances.get(instance);
    int delayed = random.nextInt(10) > 0 ? 0 : random.nextInt(10);
    while (seenUpTo[instance] < log.size() - delayed) {
      int next = seenUpTo[instance]++;
      backlog.onEntry(log.get(next), next + 1, now);
    }
    for (ExternalBacklog.ReceivedMessage message : backlog.due(leading[instance], now)) {
      long publisherSequence = backlog.nextPublisherSequence();
      boolean arrived = random.nextInt(5) > 0;
      boolean accepted = arrived && publisherSequence == log.size() + 1;
      if (accepted) {
        log.add(message.mark());
      }
      if (accepted && random.nextInt(5) > 0) {
        backlog.onLogged(message, publisherSequence);
      } else {
        backlog.onRejected(now); // or the reply was lost
        break;
      }
    }
  }
}
