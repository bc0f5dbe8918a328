package io.greenlang.metrics.redis.cluster;

import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.LogRepeatWait;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.rig.RedisCluster;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisDataException;

/** External publishers on a cluster of three masters, with either command, on any node. */
final class ExternalClusterTest {

  /** Channels on each of the masters. */
  private static final List<Channel> CHANNELS =
      IntStream.range(0, 6).mapToObj(i -> new Channel("c" + i + ".metrics")).toList();

  @Test
  void publish_onAnyNodeWithEitherCommand_logsOnce() {
    try (RedisCluster cluster = RedisCluster.start();
        Instance one = withChannels(Instance.start("redis+cluster://" + cluster.addresses()));
        Instance two = withChannels(Instance.start("redis+cluster://" + cluster.addresses()))) {
      CHANNELS.forEach(channel -> awaitSubscribers(cluster, channel));
      int published = 0;
      for (int round = 0; round < 20; round++) {
        for (RedisServer node : cluster.servers()) {
          for (Channel channel : CHANNELS) {
            node.command("PUBLISH", channel.name(), message(published));
          }
          published++;
        }
        for (Channel channel : CHANNELS) {
          publishSharded(cluster, channel, message(published));
        }
        published++;
      }

      List<Double> all = DoubleStream.iterate(0, v -> v + 1).limit(published).boxed().toList();
      for (Channel channel : CHANNELS) {
        one.awaitValues(channel, published);
        two.awaitValues(channel, published);
        assertThat(one.listener.values(channel))
            .containsExactlyInAnyOrderElementsOf(all)
            .isEqualTo(two.listener.values(channel));
        assertThat(one.listener.gaps(channel)).isEmpty();
      }
      LogRepeatWait.publishThrough(one); // a non-leader would now log the messages it has not seen
      for (Channel channel : CHANNELS) {
        assertThat(one.listener.values(channel)).hasSize(published);
      }
      assertThat(one.health("foreign.malformed")).isZero();
      assertThat(one.broker.state().problem()).isNull();
    }
  }

  private static Instance withChannels(Instance instance) {
    CHANNELS.forEach(instance.broker::openChannel);
    return instance;
  }

  private static String message(int value) {
    return "{\"queue\":{\"depth\":" + value + "}}";
  }

  /** Publishes on the one node that accepts it: the others redirect to it, as for any client. */
  private static void publishSharded(RedisCluster cluster, Channel channel, String message) {
    List<Object> replies = new ArrayList<>();
    for (RedisServer node : cluster.servers()) {
      try {
        replies.add(String.valueOf(node.command("SPUBLISH", channel.name(), message)));
      } catch (JedisDataException e) {
        assertThat(e).hasMessageContaining("MOVED");
      }
    }
    assertThat(replies).containsExactly("2"); // both instances received it
  }

  private static void awaitSubscribers(RedisCluster cluster, Channel channel) {
    await()
        .atMost(TIMEOUT)
        .until(
            () ->
                cluster.servers().stream().mapToLong(node -> count(node, "NUMSUB", channel)).sum()
                    == 2);
    await()
        .atMost(TIMEOUT)
        .until(
            () ->
                cluster.servers().stream()
                        .mapToLong(node -> count(node, "SHARDNUMSUB", channel))
                        .sum()
                    == 2);
  }

  private static long count(RedisServer node, String subcommand, Channel channel) {
    return Replies.number(Replies.list(node.command("PUBSUB", subcommand, channel.name())).get(1));
  }
}
