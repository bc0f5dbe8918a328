package io.greenlang.metrics.redis.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

class RedisServerTest {

  @Test
  void kill_acknowledgedWrite_survivesRestart() {
    try (RedisServer server = RedisServer.start()) {
      assertThat(server.command("SET", "key", "value")).isEqualTo("OK");

      server.kill();
      assertThatExceptionOfType(JedisConnectionException.class)
          .isThrownBy(() -> server.command("PING"));
      server.restart();

      assertThat(server.command("GET", "key")).isEqualTo("value");
    }
  }

  @Test
  void restartEmpty_afterStop_hasNoDataOnSamePort() {
    try (RedisServer server = RedisServer.start()) {
      int port = server.port();
      server.command("SET", "key", "value");

      server.stop();
      server.restartEmpty();

      assertThat(server.command("GET", "key")).isNull();
      assertThat(server.port()).isEqualTo(port);
    }
  }

  @Test
  void pause_ping_failsUntilResumed() {
    try (RedisServer server = RedisServer.start();
        Jedis jedis = new Jedis("127.0.0.1", server.port(), 60_000)) {
      assertThat(jedis.ping()).isEqualTo("PONG");

      jedis.getConnection().setSoTimeout(200);
      server.pause();
      assertThatExceptionOfType(JedisConnectionException.class).isThrownBy(jedis::ping);
      server.resume();

      assertThat(server.command("PING")).isEqualTo("PONG");
    }
  }

  @Test
  void pause_stopAndRestart_works() {
    RedisServer server = RedisServer.start();
    server.pause();

    server.stop();

    server.restart();
    assertThat(server.command("LRANGE", "none", "0", "-1")).isEqualTo(List.of());
    server.close();
  }

  @Test
  void start_withOptions_appliesThemAndItsPassword() {
    try (RedisServer server = RedisServer.start("--maxmemory", "5mb", "--requirepass", "secret")) {
      assertThat(server.command("CONFIG", "GET", "maxmemory"))
          .isEqualTo(List.of("maxmemory", "5242880"));
    }
  }

  @Test
  void start_withBadOption_throwsWithRedisLog() {
    assertThatIllegalStateException()
        .isThrownBy(() -> RedisServer.start("--no-such-option", "1"))
        .withMessageContaining("no-such-option");
  }

  @Test
  void replica_ofMaster_hasItsData() {
    try (RedisServer master = RedisServer.start()) {
      master.command("SET", "key", "value");
      try (RedisServer replica = master.replica()) {
        assertThat(replica.command("GET", "key")).isEqualTo("value");
        assertThat(replica.info("role")).isEqualTo("slave");
      }
    }
  }

  @Test
  void cluster_start_servesEverySlot() {
    try (RedisCluster cluster = RedisCluster.start()) {
      assertThat(cluster.servers()).hasSize(3);
      for (RedisServer server : cluster.servers()) {
        assertThat(String.valueOf(server.command("CLUSTER", "INFO")))
            .contains("cluster_slots_ok:16384");
      }
    }
  }

  @Test
  void killMaster_sentinels_promoteReplica() {
    try (RedisSentinels sentinels = RedisSentinels.start(1)) {
      RedisServer before = sentinels.master();
      before.command("SET", "key", "value");
      before.command("WAIT", "1", Long.toString(Duration.ofSeconds(10).toMillis()));

      sentinels.killMaster();

      assertThat(sentinels.master()).isNotSameAs(before);
      assertThat(sentinels.master().command("GET", "key")).isEqualTo("value");
      assertThat(sentinels.master().command("SET", "key", "other")).isEqualTo("OK");
    }
  }

  @Test
  void failover_sentinels_promoteReplica() {
    try (RedisSentinels sentinels = RedisSentinels.start(3)) {
      RedisServer before = sentinels.master();

      sentinels.failover();

      assertThat(sentinels.master()).isNotSameAs(before);
      assertThat(sentinels.master().info("role")).isEqualTo("master");
    }
  }
}
