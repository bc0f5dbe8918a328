package io.greenlang.metrics.redis;

import static io.greenlang.metrics.redis.Instance.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What an operator is told, and what becomes of an address or a Redis that is not as it must be.
 */
final class RedisBrokerStateTest {

  @RegisterExtension final Instances instances = new Instances();
  private final RedisServer redis = instances.redis;

  private static String trouble(String url) {
    try (Instance instance = Instance.at(url)) {
      instance.publish(1);
      instance.awaitValues(1); // whatever is wrong, its own clients are served
      return Objects.requireNonNull(instance.awaitTrouble().broker.state().trouble());
    }
  }

  @Test
  void state_severalInstances_countsWhoIsThere() {
    try (Instance one = Instance.at(redis.url())) {
      Instance two = Instance.at(redis.url());
      Instance three = Instance.at(redis.url());
      await().atMost(PATIENCE).until(() -> one.broker.state().activeNodes() == 3);
      await().atMost(PATIENCE).until(() -> two.broker.state().activeNodes() == 3);
      two.close();
      await().atMost(PATIENCE).until(() -> one.broker.state().knownNodes() == 2);
      Objects.requireNonNull(three.broker.parts()).silence();
      await().atMost(PATIENCE).until(() -> one.broker.state().activeNodes() == 1);
      assertThat(one.broker.state().knownNodes()).isEqualTo(2);
      three.close();
    }
  }

  @Test
  void state_allIsWell_saysSo() {
    try (Instance one = Instance.at(redis.url() + "/3")) {
      one.publish(1);
      BrokerState state = one.awaitValues(1).awaitTogether().broker.state();
      assertThat(state.trouble()).isNull();
      assertThat(state.health())
          .containsEntry("connected", 1.0)
          .containsEntry("dropped", 0.0)
          .containsEntry("malformed", 0.0)
          .containsEntry("queue.publications", 0.0);
      await().atMost(PATIENCE).until(() -> one.health("memory.used_bytes") > 100_000);
      assertThat(one.health("round_trip_ms")).isPositive();
    }
  }

  @Test
  void publish_wrongPassword_isSaidWithoutIt() {
    redis.command("ACL", "SETUSER", "metrics", "on", ">right", "~greenlang:*", "&*", "+@all");
    String url = redis.url().replace("//", "//metrics:wr0ng@");
    assertThat(trouble(url)).contains("user or the password").doesNotContain("wr0ng");
  }

  @Test
  void publish_userOfTheAclRecipe_mayAllThatIsNeeded() {
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
    try (Instance one = Instance.at(url);
        Instance two = Instance.at(url)) {
      one.publish(1);
      two.awaitValues(1);
      one.awaitTogether();
      assertThat(one.journal.interruptions(Instance.ORDERS)).isEmpty();
    }
  }

  @Test
  void publish_userWithoutTheKeys_isSaid() {
    redis.command("ACL", "SETUSER", "metrics", "on", ">p", "~other:*", "&*", "+@all");
    assertThat(trouble(redis.url().replace("//", "//metrics:p@"))).contains("ACL");
  }

  @Test
  void publish_toAReplica_isSaid() {
    try (RedisServer replica = redis.replica()) {
      assertThat(trouble(replica.url())).contains("takes no writes");
    }
  }

  @Test
  void publish_nobodyListens_isSaid() {
    redis.kill();
    assertThat(trouble(redis.url())).contains("does not answer").contains("Connection refused");
  }

  @Test
  void create_noAddress_isRefusedWithoutShowingIt() {
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
  void parse_addressesOfAllKinds_areUnderstood() {
    RedisAddress plain = RedisAddress.parse("REDIS://h");
    assertThat(plain.nodes()).hasToString("[h:6379]");
    assertThat(plain.password()).isNull();
    RedisAddress full = RedisAddress.parse("rediss://us%40er:p%3Aw@[::1]:7000/5");
    assertThat(full.user()).isEqualTo("us@er");
    assertThat(full.password()).isEqualTo("p:w");
    assertThat(full.database()).isEqualTo(5);
    assertThat(full.tls()).isTrue();
    assertThat(full.nodes().get(0).getHost()).isEqualTo("::1");
    assertThat(full.toString()).doesNotContain("p:w");
    RedisAddress sentinels = RedisAddress.parse("redis+sentinel://:pw@h1,h2:2/mymaster");
    assertThat(sentinels.nodes()).hasToString("[h1:26379, h2:2]");
    assertThat(sentinels.master()).isEqualTo("mymaster");
    assertThat(sentinels.user()).isNull();
    assertThat(sentinels.password()).isEqualTo("pw");
    assertThat(sentinels.sentinelPassword()).isNull();
    RedisAddress locked = RedisAddress.parse("redis+sentinel://h1/m?sentinel_password=p%26w");
    assertThat(locked.sentinelPassword()).isEqualTo("p&w");
    assertThat(locked.password()).isNull();
    assertThat(RedisAddress.parse("redis+cluster://h1:1,h2:2").kind())
        .isEqualTo(RedisAddress.Kind.CLUSTER);
  }

  @Test
  void close_withWaitingPublications_sendsThem() {
    Instance one = Instance.at(redis.url());
    for (int i = 0; i < 5_000; i++) {
      one.publish(i);
    }
    one.close();
    try (Instance two = Instance.at(redis.url())) {
      assertThat(two.journal.restored(Instance.ORDERS)).hasSize(5_000);
    }
  }

  @Test
  void close_redisSwallowsEverything_endsSoon() {
    Instance one = Instance.at(redis.url());
    redis.pause();
    one.publish(1);
    long before = System.nanoTime();
    one.close();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
    redis.resume();
  }
}
