package io.greenlang.metrics.redis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.LogRepeatWait;
import io.greenlang.metrics.redis.rig.RedisSentinels;
import io.greenlang.metrics.testkit.CapturedLog;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sentinels and servers that require passwords, as in shared networks. */
final class RedisSentinelPasswordTest {

  private static final String PASSWORD = "s3cret/@:";
  private static final String ENCODED = "s3cret%2F%40%3A";

  private static String url(RedisSentinels sentinels, String login, String rest) {
    String addresses = sentinels.addresses();
    return "redis+sentinel://" + login + "@" + addresses + "/" + RedisSentinels.MASTER_NAME + rest;
  }

  @Test
  void start_onePasswordForAll_isSentToSentinels() {
    try (RedisSentinels sentinels = RedisSentinels.start(1, PASSWORD, PASSWORD)) {
      exchange(url(sentinels, ":" + ENCODED, ""));
    }
  }

  @Test
  void failover_separateSentinelPassword_continuesOnReplica() {
    try (RedisSentinels sentinels = RedisSentinels.start(1, PASSWORD, "theirs&=")) {
      failOver(sentinels, url(sentinels, ":" + ENCODED, "?sentinel_password=theirs%26="));
    }
  }

  @Test
  void start_sentinelsWithoutPassword_receiveNone() {
    try (RedisSentinels sentinels = RedisSentinels.start(1, PASSWORD, null)) {
      exchange(url(sentinels, "default:" + ENCODED, ""));
    }
  }

  @Test
  void start_wrongSentinelPassword_logsOnceWithoutPassword() {
    try (RedisSentinels sentinels = RedisSentinels.start(1, PASSWORD, "theirs");
        CapturedLog log = new CapturedLog();
        Instance one = Instance.start(url(sentinels, ":" + ENCODED, "?sentinel_password=wr0ng"))) {
      one.publish(1);
      one.awaitValues(1);
      assertThat(one.awaitProblem().broker.state().problem())
          .contains("user name or password", ":" + sentinels.sentinels().get(0).port())
          .doesNotContain("wr0ng", PASSWORD);
      LogRepeatWait.publishThrough(one);
      assertThat(log.lines("WARN", "user name or password")).hasSize(1);
    }
  }

  private static void exchange(String url) {
    try (Instance one = Instance.start(url);
        Instance two = Instance.start(url)) {
      one.publish(1);
      two.awaitValues(1);
      one.awaitConnected();
      two.awaitConnected();
    }
  }

  private static void failOver(RedisSentinels sentinels, String url) {
    try (Instance one = Instance.start(url);
        Instance two = Instance.start(url)) {
      IntStream.range(0, 50).forEach(one::publish);
      two.awaitValues(50);
      sentinels.killMaster();
      IntStream.range(50, 100).forEach(one::publish);
      two.awaitValues(100);
      one.awaitConnected();
      two.awaitConnected();
      two.publish(100);
      one.awaitValues(101);
      two.awaitValues(101);
      assertThat(one.values()).hasSize(101).doesNotHaveDuplicates();
      assertThat(two.values()).hasSize(101).doesNotHaveDuplicates();
      assertThat(one.listener.breaches()).isEmpty();
      assertThat(two.listener.breaches()).isEmpty();
    }
  }
}
