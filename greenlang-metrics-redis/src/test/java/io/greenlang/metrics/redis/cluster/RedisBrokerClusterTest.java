package io.greenlang.metrics.redis.cluster;

import static io.greenlang.metrics.redis.fixture.Instance.ORDERS;
import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.support.Keys;
import io.greenlang.metrics.redis.rig.RedisCluster;
import io.greenlang.metrics.redis.rig.RedisSentinels;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Instances on a Redis cluster, or on a master with sentinels. */
final class RedisBrokerClusterTest {

  private static final List<Channel> CHANNELS =
      IntStream.range(0, 12).mapToObj(i -> new Channel("c" + i + ".metrics")).toList();

  private static Instance startImpatient(RedisCluster cluster) {
    return Instance.start(
        Instance.builder("redis+cluster://" + cluster.addresses()).timeout(Instance.IMPATIENT));
  }

  private static Instance withChannels(Instance instance) {
    CHANNELS.forEach(instance.broker::openChannel);
    return instance;
  }

  @Test
  void cluster_threeMasters_channelsAreDistributed() {
    try (RedisCluster cluster = RedisCluster.start();
        Instance one = withChannels(Instance.start("redis+cluster://" + cluster.addresses()));
        Instance two = withChannels(Instance.start("redis+cluster://" + cluster.addresses()))) {
      for (int i = 0; i < 300; i++) {
        int value = i;
        CHANNELS.forEach(channel -> (value % 2 == 0 ? one : two).publish(channel, value));
      }
      for (Channel channel : CHANNELS) {
        one.awaitValues(channel, 300);
        two.awaitValues(channel, 300);
        assertThat(one.listener.values(channel))
            .hasSize(300)
            .doesNotHaveDuplicates()
            .isEqualTo(two.listener.values(channel));
        assertThat(one.listener.gaps(channel)).isEmpty();
      }
      assertThat(one.listener.breaches()).isEmpty();
      assertThat(two.listener.breaches()).isEmpty();
      for (RedisServer server : cluster.servers()) {
        assertThat((List<?>) server.command("KEYS", "greenlang:{c*:log")).isNotEmpty();
      }
      await().atMost(TIMEOUT).until(() -> one.broker.state().activeInstances() == 2);
      one.awaitConnected();

      Instance three =
          Instance.start("redis+cluster://127.0.0.1:" + cluster.servers().get(1).port());
      assertThat(three.listener.restored(CHANNELS.get(0))).hasSize(300);
      three.close();
    }
  }

  @Test
  void cluster_masterKilled_onlyItsChannelsUseLocalMode() {
    try (RedisCluster cluster = RedisCluster.start("--cluster-require-full-coverage", "no");
        Instance one = withChannels(Instance.start("redis+cluster://" + cluster.addresses()));
        Instance two = withChannels(Instance.start("redis+cluster://" + cluster.addresses()))) {
      one.publish(0);
      CHANNELS.forEach(channel -> one.publish(channel, 0));
      CHANNELS.forEach(channel -> two.awaitValues(channel, 1));
      int third = slot(ORDERS) / (16_384 / 3 + 1);
      RedisServer killed = cluster.servers().get(third);
      List<Channel> unaffected =
          CHANNELS.stream().filter(c -> slot(c) / (16_384 / 3 + 1) != third).toList();
      killed.kill();
      CHANNELS.forEach(channel -> one.publish(channel, 1));
      CHANNELS.forEach(channel -> one.awaitValues(channel, 2));
      unaffected.forEach(channel -> two.awaitValues(channel, 2));
      one.awaitProblem();

      killed.restart();
      CHANNELS.forEach(channel -> two.awaitValues(channel, 2));
      one.awaitConnected();
      CHANNELS.forEach(channel -> two.publish(channel, 2));
      for (Channel channel : CHANNELS) {
        one.awaitValues(channel, 3);
        two.awaitValues(channel, 3);
        assertThat(one.listener.values(channel)).containsExactly(0.0, 1.0, 2.0);
        assertThat(two.listener.values(channel)).containsExactly(0.0, 1.0, 2.0);
      }
      unaffected.forEach(c -> assertThat(one.listener.gaps(c)).isEmpty());
      assertThat(one.listener.breaches()).isEmpty();
      assertThat(two.listener.breaches()).isEmpty();
    }
  }

  @Test
  void cluster_masterKilled_otherSubscriptionsReconnect() {
    try (RedisCluster cluster = RedisCluster.start("--cluster-require-full-coverage", "no");
        Instance one = withChannels(Instance.start("redis+cluster://" + cluster.addresses()));
        Instance two = withChannels(Instance.start("redis+cluster://" + cluster.addresses()))) {
      CHANNELS.forEach(channel -> one.publish(channel, 0));
      CHANNELS.forEach(channel -> two.awaitValues(channel, 1));
      RedisServer killed = cluster.servers().get(0);
      killed.kill();
      CHANNELS.forEach(channel -> one.publish(channel, 1));
      CHANNELS.forEach(channel -> one.awaitValues(channel, 2));
      List<RedisServer> remaining = cluster.servers().subList(1, 3);
      remaining.forEach(server -> server.command("CLIENT", "KILL", "TYPE", "pubsub"));

      List<Channel> unaffected = CHANNELS.stream().filter(c -> slot(c) > 16_384 / 3).toList();
      unaffected.forEach(channel -> two.publish(channel, 2));
      for (Channel channel : unaffected) {
        one.awaitValues(channel, 3);
        assertThat(one.listener.values(channel)).containsExactly(0.0, 1.0, 2.0);
        assertThat(one.listener.gaps(channel)).isEmpty();
      }
      assertThat(one.listener.breaches()).isEmpty();
    }
  }

  @Test
  void cluster_masterKilledAndOthersPaused_publicationsAreLoggedLater() {
    try (RedisCluster cluster = RedisCluster.start("--cluster-require-full-coverage", "no");
        Instance one = withChannels(startImpatient(cluster));
        Instance two = withChannels(Instance.start("redis+cluster://" + cluster.addresses()))) {
      CHANNELS.forEach(channel -> one.publish(channel, 0));
      CHANNELS.forEach(channel -> two.awaitValues(channel, 1));
      cluster.servers().get(0).kill();
      List<RedisServer> remaining = cluster.servers().subList(1, 3);
      remaining.forEach(RedisServer::pause);
      CHANNELS.forEach(channel -> one.publish(channel, 1));
      CHANNELS.forEach(channel -> one.awaitValues(channel, 2));
      remaining.forEach(RedisServer::resume);

      List<Channel> unaffected = CHANNELS.stream().filter(c -> slot(c) > 16_384 / 3).toList();
      for (Channel channel : unaffected) {
        two.awaitValues(channel, 2);
        assertThat(two.listener.values(channel)).containsExactly(0.0, 1.0);
      }
      assertThat(two.listener.breaches()).isEmpty();
    }
  }

  private static int slot(Channel channel) {
    return JedisClusterCRC16.getSlot(Keys.log(channel));
  }

  @Test
  void cluster_slotMigrated_continuesOnNewNode() {
    try (RedisCluster cluster = RedisCluster.start();
        Instance one = Instance.start("redis+cluster://" + cluster.addresses());
        Instance two = Instance.start("redis+cluster://" + cluster.addresses())) {
      IntStream.range(0, 10).forEach(one::publish);
      two.awaitValues(10);
      RedisServer from = cluster.servers().get(slot(ORDERS) / (16_384 / 3 + 1));
      RedisServer to = cluster.servers().stream().filter(s -> s != from).findFirst().orElseThrow();
      move(slot(ORDERS), from, to, cluster);

      IntStream.range(10, 20).forEach(one::publish);
      two.awaitValues(20);
      one.awaitValues(20);
      one.awaitConnected();
      two.awaitConnected();
      IntStream.range(20, 30).forEach(two::publish);
      one.awaitValues(30);
      two.awaitValues(30);
      assertThat(one.values()).hasSize(30).doesNotHaveDuplicates();
      assertThat(two.values()).hasSize(30).doesNotHaveDuplicates();
      assertThat(one.listener.breaches()).isEmpty();
      assertThat(two.listener.breaches()).isEmpty();
    }
  }

  private static void move(int slot, RedisServer from, RedisServer to, RedisCluster cluster) {
    String number = Integer.toString(slot);
    String fromId = String.valueOf(from.command("CLUSTER", "MYID"));
    String toId = String.valueOf(to.command("CLUSTER", "MYID"));
    to.command("CLUSTER", "SETSLOT", number, "IMPORTING", fromId);
    from.command("CLUSTER", "SETSLOT", number, "MIGRATING", toId);
    for (Object key : Replies.list(from.command("CLUSTER", "GETKEYSINSLOT", number, "100"))) {
      from.command(
          "MIGRATE", "127.0.0.1", Integer.toString(to.port()), String.valueOf(key), "0", "60000");
    }
    to.command("CLUSTER", "SETSLOT", number, "NODE", toId);
    for (RedisServer server : cluster.servers()) {
      server.command("CLUSTER", "SETSLOT", number, "NODE", toId);
    }
  }

  @Test
  void sentinels_masterKilled_continuesOnReplica() {
    try (RedisSentinels sentinels = RedisSentinels.start(3);
        Instance one = Instance.start(url(sentinels));
        Instance two = Instance.start(url(sentinels))) {
      IntStream.range(0, 100).forEach(one::publish);
      two.awaitValues(100);
      one.awaitValues(100);
      sentinels.killMaster();
      IntStream.range(100, 200).forEach(one::publish);
      one.awaitValues(200);
      two.awaitValues(200);
      one.awaitConnected();
      two.awaitConnected();
      IntStream.range(200, 300).forEach(two::publish);
      one.awaitValues(300);
      two.awaitValues(300);
      for (Instance instance : List.of(one, two)) {
        assertThat(instance.values()).hasSize(300).doesNotHaveDuplicates();
        assertThat(instance.listener.breaches()).isEmpty();
      }
    }
  }

  private static String url(RedisSentinels sentinels) {
    return "redis+sentinel://" + sentinels.addresses() + "/" + RedisSentinels.MASTER_NAME;
  }
}
