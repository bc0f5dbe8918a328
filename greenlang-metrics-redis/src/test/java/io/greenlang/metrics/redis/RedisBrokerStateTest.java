package io.greenlang.metrics.redis;

import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.TestInstances;
import io.greenlang.metrics.redis.internal.connection.RedisUri;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The state that an operator sees, and the handling of invalid addresses and of a misconfigured
 * Redis.
 */
final class RedisBrokerStateTest {

  @RegisterExtension final TestInstances instances = new TestInstances();
  private final RedisServer redis = instances.redis;

  private static String problem(String url) {
    try (Instance instance = Instance.start(url)) {
      instance.publish(1);
      instance.awaitValues(1); // its own clients are served, whatever the problem
      return Objects.requireNonNull(instance.awaitProblem().broker.state().problem());
    }
  }

  @Test
  void state_severalInstances_countsActiveOnes() {
    try (Instance one = Instance.start(redis.url())) {
      Instance two = Instance.start(redis.url());
      Instance three = Instance.start(redis.url());
      await().atMost(TIMEOUT).until(() -> one.broker.state().activeInstances() == 3);
      await().atMost(TIMEOUT).until(() -> two.broker.state().activeInstances() == 3);
      two.close();
      await().atMost(TIMEOUT).until(() -> one.broker.state().knownInstances() == 2);
      Objects.requireNonNull(three.broker.runtime()).stopHeartbeats();
      await().atMost(TIMEOUT).until(() -> one.broker.state().activeInstances() == 1);
      assertThat(one.broker.state().knownInstances()).isEqualTo(2);
      three.close();
    }
  }

  @Test
  void state_healthy_reportsNoProblem() {
    try (Instance one = Instance.start(redis.url() + "/3")) {
      one.publish(1);
      one.awaitValues(1).awaitConnected();
      // The publication arrives before the reply that removes it from the queue.
      await().atMost(TIMEOUT).until(() -> one.health("queue.publications") == 0);
      BrokerState state = one.broker.state();
      assertThat(state.problem()).isNull();
      assertThat(state.health())
          .containsEntry("connected", 1.0)
          .containsEntry("dropped", 0.0)
          .containsEntry("malformed", 0.0)
          .containsEntry("queue.publications", 0.0);
      await().atMost(TIMEOUT).until(() -> one.health("memory.used_bytes") > 100_000);
      assertThat(one.health("round_trip_ms")).isPositive();
    }
  }

  @Test
  void publish_wrongPassword_isReportedWithoutPassword() {
    redis.command("ACL", "SETUSER", "metrics", "on", ">right", "~greenlang:*", "&*", "+@all");
    String url = redis.url().replace("//", "//metrics:wr0ng@");
    assertThat(problem(url)).contains("user name or password").doesNotContain("wr0ng");
  }

  @Test
  void publish_userOfAclRecipe_hasAllPermissions() {
    redis.command(
        "ACL",
        "SETUSER",
        "metrics",
        "on",
        ">s3cret/@:",
        "resetkeys",
        "~greenlang:*",
        "resetchannels",
        "&greenlang:*",
        "-@all",
        "+ping",
        "+info",
        "+time",
        "+eval",
        "+evalsha",
        "+hmget",
        "+hset",
        "+get",
        "+set",
        "+del",
        "+type",
        "+pexpire",
        "+xadd",
        "+xrange",
        "+xrevrange",
        "+xtrim",
        "+xlen",
        "+sadd",
        "+smembers",
        "+publish",
        "+unsubscribe",
        "+sunsubscribe",
        "+spublish",
        "+subscribe",
        "+ssubscribe",
        "+cluster|slots");
    String url = redis.url().replace("//", "//metrics:s3cret%2F%40%3A@");
    try (Instance one = Instance.start(url);
        Instance two = Instance.start(url)) {
      one.publish(1);
      two.awaitValues(1);
      one.awaitConnected();
      assertThat(one.listener.gaps(Instance.ORDERS)).isEmpty();
    }
  }

  @Test
  void publish_userWithoutKeys_isReported() {
    redis.command("ACL", "SETUSER", "metrics", "on", ">p", "~other:*", "&*", "+@all");
    assertThat(problem(redis.url().replace("//", "//metrics:p@"))).contains("ACL");
  }

  @Test
  void publish_toReplica_isReported() {
    try (RedisServer replica = redis.replica()) {
      assertThat(problem(replica.url())).contains("rejects writes");
    }
  }

  @Test
  void publish_connectionRefused_isReported() {
    redis.kill();
    assertThat(problem(redis.url())).contains("does not answer").contains("Connection refused");
  }

  @Test
  void create_invalidAddress_throwsWithoutShowingIt() {
    for (String url :
        new String[] {
          "",
          "redis:",
          "http://h",
          "redis://s3cret@h:99999",
          "redis://u:s3cret@h:port",
          "redis://u:s3cret@h1,h2",
          "redis://u:s3cret@h/db",
          "redis://u:s3cret%zz@h",
          "redis://u:s3cret@h?x=1",
          "redis+sentinel://u:s3cret@h1:1,h2:2",
          "redis+cluster://u:s3cret@h1:1,h2:2/4",
          "redis://h/0?sentinel_password=s3cret",
          "redis+sentinel://h/master?sentinel_password=s3cret&x=1"
        }) {
      assertThatIllegalArgumentException()
          .as(url)
          .isThrownBy(() -> RedisBroker.create(url))
          .withMessageContaining("Redis address")
          .withMessageNotContaining("s3cret");
    }
  }

  @Test
  void parse_allKindsOfAddresses_succeeds() {
    RedisUri plain = RedisUri.parse("REDIS://h");
    assertThat(plain.nodes()).hasToString("[h:6379]");
    assertThat(plain.password()).isNull();
    RedisUri full = RedisUri.parse("rediss://us%40er:p%3Aw@[::1]:7000/5");
    assertThat(full.user()).isEqualTo("us@er");
    assertThat(full.password()).isEqualTo("p:w");
    assertThat(full.database()).isEqualTo(5);
    assertThat(full.tls()).isTrue();
    assertThat(full.nodes().get(0).host()).isEqualTo("::1");
    assertThat(full.toString()).doesNotContain("p:w");
    RedisUri sentinels = RedisUri.parse("redis+sentinel://:pw@h1,h2:2/mymaster");
    assertThat(sentinels.nodes()).hasToString("[h1:26379, h2:2]");
    assertThat(sentinels.master()).isEqualTo("mymaster");
    assertThat(sentinels.user()).isNull();
    assertThat(sentinels.password()).isEqualTo("pw");
    assertThat(sentinels.sentinelPassword()).isNull();
    RedisUri locked = RedisUri.parse("redis+sentinel://h1/m?sentinel_password=p%26w");
    assertThat(locked.sentinelPassword()).isEqualTo("p&w");
    assertThat(locked.password()).isNull();
    assertThat(RedisUri.parse("redis+cluster://h1:1,h2:2").kind()).isEqualTo(RedisUri.Kind.CLUSTER);
  }

  @Test
  void close_queuedPublications_areSent() {
    Instance one = Instance.start(redis.url());
    one.publish(0);
    one.awaitValues(1); // it is connected, and Redis knows its script
    for (int i = 1; i < 1_000; i++) { // a few batches: closing waits one second for them
      one.publish(i);
    }
    one.close();
    try (Instance two = Instance.start(redis.url())) {
      assertThat(two.listener.restored(Instance.ORDERS)).hasSize(1_000);
    }
  }

  @Test
  void close_redisUnresponsive_returnsSoon() {
    Instance one = instances.start(instances.builder().timeout(Instance.IMPATIENT));
    redis.pause();
    one.publish(1);
    long before = System.nanoTime();
    one.close();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(TIMEOUT);
    redis.resume();
  }
}
