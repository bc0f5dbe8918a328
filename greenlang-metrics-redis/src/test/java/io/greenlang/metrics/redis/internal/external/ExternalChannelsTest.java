package io.greenlang.metrics.redis.internal.external;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.redis.fixture.ExternalInstance;
import io.greenlang.metrics.redis.fixture.TestInstances;
import io.greenlang.metrics.redis.rig.FaultProxy;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ExternalChannelsTest {

  private static final String CHANNEL = "system.metrics";
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @RegisterExtension final TestInstances instances = new TestInstances();
  private final RedisServer redis = instances.redis;
  private final FaultProxy proxy = instances.proxy();

  @Test
  void publish_threeInstances_logsOnceInOrder() {
    try (ExternalInstance a = instance("a");
        ExternalInstance b = instance("b");
        ExternalInstance c = instance("c")) {
      awaitSubscribers(3);
      for (int i = 0; i < 500; i++) {
        publish(i);
      }
      awaitLogged(500);

      // Without a name for each entry, an instance may have received neither entries nor messages.
      List<ExternalInstance> all = List.of(a, b, c);
      Awaitility.await()
          .atMost(TIMEOUT)
          .until(() -> all.stream().allMatch(each -> each.names().size() >= 500 && each.isDone()));
      assertThat(logged()).isEqualTo(500);
      assertThat(a.names()).isEqualTo(b.names()).isEqualTo(c.names()).startsWith("m0", "m1", "m2");
    }
  }

  @Test
  void publish_leaderDisconnected_othersLogTheRest() {
    try (ExternalInstance leader = ExternalInstance.start("a", proxy.url())) {
      awaitSubscribers(1);
      Awaitility.await()
          .atMost(TIMEOUT)
          .until(() -> redis.command("GET", "greenlang:foreign") != null);
      try (ExternalInstance other = instance("b");
          ExternalInstance third = instance("c")) {
        awaitSubscribers(3);
        publish(0);
        awaitLogged(1);
        proxy.blackhole();
        for (int i = 1; i <= 100; i++) {
          publish(i);
        }

        awaitLogged(101);

        Awaitility.await().atMost(TIMEOUT).until(() -> other.isDone() && third.isDone());
        assertThat(logged()).isEqualTo(101);
        Awaitility.await()
            .atMost(TIMEOUT)
            .until(
                () ->
                    List.of("b", "c")
                        .contains(String.valueOf(redis.command("GET", "greenlang:foreign"))));
        proxy.restore();
        Awaitility.await()
            .atMost(TIMEOUT)
            .until(() -> leader.names().size() >= 101 && leader.isDone());
        assertThat(logged()).isEqualTo(101);
      }
    }
  }

  @Test
  void publish_garbage_isCountedAndRestIsLogged() {
    try (ExternalInstance instance = instance("a")) {
      awaitSubscribers(1);
      for (String garbage : List.of("", "hello", "{", "[1]", "\u0000", "{\"a\":1e999}")) {
        redis.command("PUBLISH", CHANNEL, garbage);
      }
      publish(1);

      awaitLogged(1);
      assertThat(instance.malformed()).isEqualTo(6);
    }
  }

  @Test
  void listen_killedConnectionsAndRestart_reconnects() {
    try (ExternalInstance instance = instance("a")) {
      awaitSubscribers(1);
      redis.command("CLIENT", "KILL", "TYPE", "pubsub");
      awaitSubscribers(1);
      redis.kill();
      redis.restart();
      awaitSubscribers(1);
      publish(1);

      awaitLogged(1);
      assertThat(instance.malformed()).isZero();
    }
  }

  private ExternalInstance instance(String name) {
    return ExternalInstance.start(name, redis.url());
  }

  private void publish(int number) {
    redis.command("PUBLISH", CHANNEL, "{\"m" + number + "\":" + number + "}");
  }

  private long logged() {
    return (Long) Objects.requireNonNull(redis.command("XLEN", "greenlang:{" + CHANNEL + "}:log"));
  }

  private void awaitLogged(int count) {
    Awaitility.await("messages in the log").atMost(TIMEOUT).until(() -> logged() >= count);
  }

  private void awaitSubscribers(int count) {
    Awaitility.await("subscribers")
        .atMost(TIMEOUT)
        .until(
            () ->
                List.of(CHANNEL, (long) count).equals(redis.command("PUBSUB", "NUMSUB", CHANNEL)));
  }
}
