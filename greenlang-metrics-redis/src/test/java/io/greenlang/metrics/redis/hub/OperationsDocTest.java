package io.greenlang.metrics.redis.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.broker.Revocation;
import io.greenlang.metrics.broker.WindowArchive;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisAccessControlException;

/** Checks that the recipes in {@code docs/how-to} for Redis work. */
class OperationsDocTest {

  private static final Path REDIS_PAGE = Path.of("../docs/how-to/redis.md");

  @Test
  void accessRecipe_isEnough_andNotMore() throws IOException {
    List<String> recipes = blocks(REDIS_PAGE, "acl");
    assertThat(recipes).hasSize(2);
    try (RedisServer redis = RedisServer.start()) {
      recipes.forEach(recipe -> command(redis, recipe));
      String url = "redis://greenlang:choose-a-password@127.0.0.1:" + redis.port();
      try (Instance one = Instance.start(url);
          Instance other = Instance.start(url);
          Jedis publisher = login(redis, "publisher", "another-password");
          Jedis intruder = login(redis, "greenlang", "choose-a-password")) {
        one.publish(1);
        other.awaitValues(1);
        WindowArchive archive = Objects.requireNonNull(one.broker.archive());
        archive.store(
            Instance.ORDERS, Interval.ONE_MINUTE, 60_000, new byte[10], Duration.ofDays(20_000));
        Instant now = Instant.now();
        one.broker.revoke(
            new Revocation(Revocation.Kind.TOKEN, "leaked", now, now.plusSeconds(3_600)));
        Awaitility.await()
            .atMost(Instance.TIMEOUT)
            .untilAsserted(
                () -> {
                  assertThat(publisher.publish("system.metrics", "{\"a\":1}")).isZero();
                  assertThat(redis.command("EXISTS", "greenlang:{revocations}:revoked"))
                      .isEqualTo(1L);
                  assertThat(redis.command("GET", "greenlang:foreign")).isNotNull();
                  assertThat(redis.command("EXISTS", "greenlang:{orders.metrics}:windows:1m"))
                      .isEqualTo(1L);
                });

        assertThat(redis.command("ACL", "LOG")).isEqualTo(List.of());
        assertThat(one.broker.state().problem()).isNull();
        assertThatExceptionOfType(JedisAccessControlException.class)
            .isThrownBy(() -> intruder.get("another:key"));
        assertThatExceptionOfType(JedisAccessControlException.class).isThrownBy(intruder::flushAll);
        assertThatExceptionOfType(JedisAccessControlException.class)
            .isThrownBy(() -> publisher.publish("greenlang:{system.metrics}:bus", "x"));
      }
    }
  }

  private static Jedis login(RedisServer redis, String user, String password) {
    Jedis jedis = new Jedis("127.0.0.1", redis.port(), (int) Instance.TIMEOUT.toMillis());
    jedis.auth(user, password);
    return jedis;
  }

  private static void command(RedisServer redis, String line) {
    List<String> words = List.of(line.strip().split(" "));
    assertThat(redis.command(words.get(0), words.subList(1, words.size()).toArray(String[]::new)))
        .isEqualTo("OK");
  }

  private static List<String> blocks(Path page, String language) throws IOException {
    Matcher matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(page));
    List<String> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
