package io.greenlang.metrics.redis.outage;

import static io.greenlang.metrics.redis.fixture.Instance.ORDERS;
import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.LogRepeatWait;
import io.greenlang.metrics.redis.fixture.TestInstances;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.rig.RedisServer;
import io.greenlang.metrics.testkit.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Logging of the problems of Redis. An operator gets one line with a remedy, however long the
 * problem lasts and however many threads run into it, and one line when it is over. Meanwhile the
 * instance serves its own clients.
 */
final class RedisFailureTest {

  private static final String RESTORED = "Redis connection restored";

  @RegisterExtension
  final TestInstances instances =
      new TestInstances(RedisServer.start("--appendonly", "no", "--rdbcompression", "no"));

  private final RedisServer redis = instances.redis;
  private final CapturedLog log = new CapturedLog();

  @AfterEach
  void closeLog() {
    log.close();
  }

  /** Asserts that a problem lasting for seconds is logged once, and so is its end. */
  private void assertLoggedOnce(Instance one, String problem, String remedy, Runnable repair) {
    LogRepeatWait.publishThrough(one);
    awaitLogged("WARN", problem, 1);
    assertThat(one.broker.state().problem()).contains(problem, remedy);
    assertThat(log.lines("WARN", "")).hasSize(1).first().asString().contains(problem, remedy);
    assertThat(log.lines("INFO", RESTORED)).isEmpty();

    repair.run();
    one.awaitConnected();
    int delivered = one.values().size();
    instances.start().publish(-1);
    one.awaitValues(delivered + 1);
    assertThat(one.values()).doesNotHaveDuplicates();
    assertThat(one.listener.breaches()).isEmpty();
    awaitLogged("INFO", RESTORED, 1);
    assertThat(log.lines("WARN", "")).hasSize(1);
    assertThat(log.lines("INFO", RESTORED)).hasSize(1);
  }

  /** Waits for lines of the log: the state of the broker changes before they are written. */
  private void awaitLogged(String level, String text, int count) {
    await().atMost(TIMEOUT).until(() -> log.lines(level, text).size(), lines -> lines >= count);
  }

  @Test
  void start_redisLoading_connectsAfterLoading() {
    // They take a minute to load, so that the test finishes the loading however slow it runs.
    String keys = "for i = 1, 3000 do redis.call('SET', 'key' .. i, string.rep('x', 2000)) end";
    redis.command("EVAL", keys, "0");
    redis.command("SAVE");
    redis.kill();
    redis.restartLoading();

    assertLoggedOnce(
        instances.start(), "is loading its data", "will be available", redis::finishLoading);
  }

  @Test
  void start_redisFull_isLoggedOnce() {
    redis.command("CONFIG", "SET", "maxmemory", "1");

    assertLoggedOnce(
        instances.start(),
        "is full (maxmemory)",
        "raise maxmemory",
        () -> redis.command("CONFIG", "SET", "maxmemory", "0"));
  }

  @Test
  void start_redisIsReplica_isLoggedOnceUntilPromotion() {
    redis.command("REPLICAOF", "127.0.0.1", "1");

    assertLoggedOnce(
        instances.start(),
        "rejects writes",
        "set the address of the master",
        () -> redis.command("REPLICAOF", "NO", "ONE"));
  }

  @Test
  void start_wrongPassword_isLoggedOnceUntilCorrected() {
    String[] user = {"SETUSER", "metrics", "on", "resetpass", ">other", "~*", "&*", "+@all"};
    redis.command("ACL", user);

    assertLoggedOnce(
        instances.start(redis.url().replace("//", "//metrics:s3cret@")),
        "rejects the user name or password",
        "REDIS_URL",
        () -> {
          user[4] = ">s3cret";
          redis.command("ACL", user);
        });
    assertThat(log.text()).contains(RESTORED).doesNotContain("s3cret");
  }

  @Test
  void start_externalChannelsForbidden_isLoggedOnceAndRestWorks() {
    redis.command("ACL", "SETUSER", "metrics", "on", ">p", "~greenlang:*", "&greenlang:*", "+@all");
    Instance one = instances.start(redis.url().replace("//", "//metrics:p@"));
    awaitLogged("WARN", "", 1);
    LogRepeatWait.publishThrough(one);
    one.awaitConnected();

    assertThat(log.lines("WARN", ""))
        .hasSize(1)
        .first()
        .asString()
        .contains("Messages of external publishers are not received", "ACL", "NOPERM");
  }

  /** Without a subscription, the log can still be read. */
  @Test
  void publish_subscribeForbidden_isReportedAndReadsFromLog() {
    redis.command("ACL", "SETUSER", "metrics", "on", ">p", "~*", "&*", "+@all", "-subscribe");
    Instance one = instances.start(redis.url().replace("//", "//metrics:p@")).awaitProblem();
    LogRepeatWait.publishThrough(one);

    assertThat(one.broker.state().problem()).contains("ACL", "NOPERM");
    assertThat(one.values()).doesNotHaveDuplicates();
    assertThat(one.listener.breaches()).isEmpty();
    assertThat(one.listener.gaps(ORDERS)).isEmpty();
  }

  /** Each conflict is detected at its first use: at the start. */
  @Test
  void start_conflictingDataUnderAnyKey_isLoggedOnceUntilDeleted() {
    List<List<String>> conflicts =
        List.of(
            List.of("SET", "greenlang:{orders.metrics}:log", "text"),
            List.of("XADD", "greenlang:{orders.metrics}:log", "*", "order", "17"),
            List.of("XADD", "greenlang:{orders.metrics}:log", "MAXLEN", "0", "*", "order", "17"),
            List.of("HSET", "greenlang:{orders.metrics}:meta", "order", "17"),
            List.of("SADD", "greenlang:{orders.metrics}:meta", "text"),
            List.of("HSET", "greenlang:{orders.metrics}:meta", "e", "text"),
            meta("n", "9223372036854775808"),
            meta("n", "9007199254740992"),
            meta("n", "-1"),
            meta("n", "1.5"),
            meta("t", "nan"),
            meta("b", "inf"),
            List.of("SET", "greenlang:{orders.metrics}:seq:foreign", "text"),
            List.of("SADD", "greenlang:{orders.metrics}:seq:foreign", "text"),
            List.of("SET", "greenlang:channels", "text"),
            List.of("SADD", "greenlang:foreign", "text"));
    List<RedisServer> servers = conflicts.stream().map(each -> instances.another()).toList();
    for (int i = 0; i < conflicts.size(); i++) {
      List<String> words = conflicts.get(i);
      servers.get(i).command(words.get(0), words.subList(1, words.size()).toArray(String[]::new));
    }

    List<Instance> conflicted = servers.stream().map(each -> instances.start(each.url())).toList();
    conflicted.forEach(Instance::awaitProblem);
    LogRepeatWait.publishThrough(conflicted.toArray(Instance[]::new));
    conflicted.forEach(
        one ->
            assertThat(one.broker.state().problem())
                .contains("another program's data", "database"));
    awaitLogged("WARN", "another program's data", conflicts.size());
    assertThat(log.lines("WARN", "another program's data")).hasSameSizeAs(conflicts);

    for (int i = 0; i < conflicts.size(); i++) {
      servers.get(i).command("DEL", conflicts.get(i).get(1));
    }
    for (Instance one : conflicted) {
      one.awaitConnected();
      assertThat(one.values()).doesNotHaveDuplicates();
      assertThat(one.listener.breaches()).isEmpty();
      assertThat(one.health("reconnects")).isZero();
    }
    awaitLogged("INFO", RESTORED, conflicts.size());
    assertThat(log.lines("WARN", "")).hasSameSizeAs(conflicts);
    assertThat(log.lines("INFO", RESTORED)).hasSameSizeAs(conflicts);
  }

  /** Returns the command that writes a channel's state with one wrong number. */
  private static List<String> meta(String field, String number) {
    List<String> words =
        new ArrayList<>(List.of("HSET", "greenlang:{orders.metrics}:meta", "e", "text"));
    for (String each : List.of("n", "t", "m", "b")) {
      words.add(each);
      words.add(each.equals(field) ? number : "7");
    }
    return words;
  }

  /** Adding 1 to such an offset has no effect, so nothing would be delivered. */
  @Test
  void publish_offsetBeyondAllNumbers_isLoggedOnce() {
    Instance one = instances.start();
    one.publish(-2);
    one.awaitValues(1);
    String key = "greenlang:{orders.metrics}:meta";
    redis.command("HSET", key, "n", "9223372036854775808");

    assertLoggedOnce(one, "another program's data", "database", () -> redis.command("DEL", key));
  }

  /** All publications would count as logged already, and be discarded. */
  @Test
  void publish_sequenceBeyondAllNumbers_isLoggedOnce() {
    Instance one = instances.start();
    one.publish(-2);
    one.awaitValues(1);
    List<?> keys = Replies.list(redis.command("KEYS", "greenlang:{orders.metrics}:seq:*"));
    String key = String.valueOf(keys.get(0));
    redis.command("SET", key, "9223372036854775808");

    assertLoggedOnce(one, "another program's data", "database", () -> redis.command("DEL", key));
  }

  /** Redis rejects our entries, whose ids are smaller. */
  @Test
  void publish_conflictingEntryAtEndOfLog_isLoggedOnce() {
    Instance one = instances.start();
    one.publish(-2);
    one.awaitValues(1);
    String key = "greenlang:{orders.metrics}:log";
    redis.command("XADD", key, "99999999999999-0", "a", "b");

    assertLoggedOnce(one, "another program's data", "database", () -> redis.command("DEL", key));
  }

  @Test
  void publish_conflictingDataUnderSequence_isLoggedOnce() {
    Instance one = instances.start();
    one.publish(-2);
    one.awaitValues(1);
    List<?> keys = Replies.list(redis.command("KEYS", "greenlang:{orders.metrics}:seq:*"));
    assertThat(keys).hasSize(1);
    String key = String.valueOf(keys.get(0));
    redis.command("DEL", key);
    redis.command("SADD", key, "text");

    assertLoggedOnce(one, "another program's data", "database", () -> redis.command("DEL", key));
  }

  @Test
  void keep_conflictingDataUnderWindows_isLoggedOnceAndOthersStored() {
    String key = "greenlang:{orders.metrics}:windows:1m";
    redis.command("SET", key, "text");
    Instance one = instances.start();
    for (int minute = 1; minute <= 3; minute++) {
      storeWindow(one, Interval.ONE_MINUTE, minute);
      storeWindow(one, Interval.FIVE_MINUTES, 5 * minute);
      long count = minute;
      await()
          .atMost(TIMEOUT)
          .until(() -> redis.command("XLEN", key.replace("1m", "5m")), n -> n.equals(count));
    }
    assertThat(one.health("windows.dropped")).isEqualTo(3);

    assertLoggedOnce(
        one,
        "another program's data",
        "database",
        () -> {
          redis.command("DEL", key);
          storeWindow(one, Interval.ONE_MINUTE, 4);
        });
  }

  /** A sum that is not a number would keep the script running forever. */
  @ParameterizedTest
  @ValueSource(strings = {"nan", "inf", "-1", "1e300", "text"})
  void keep_sumIsNoCount_isStored(String sum) {
    String key = "greenlang:{orders.metrics}:windows:1m";
    redis.command("XADD", key, "1-0", "d", "x", "b", sum);
    Instance one = instances.start();
    storeWindow(one, Interval.ONE_MINUTE, 1);
    await().atMost(TIMEOUT).until(() -> redis.command("XLEN", key), n -> n.equals(2L));
    assertThat(one.broker.state().problem()).isNull();
  }

  /** Such a stream must neither be trimmed nor expire. */
  @Test
  void keep_conflictingStreamUnderWindows_isLoggedOnceAndUntouched() {
    String key = "greenlang:{orders.metrics}:windows:1m";
    redis.command("XADD", key, "1-1", "order", "17");
    Instance one = instances.start();
    storeWindow(one, Interval.ONE_MINUTE, 1);
    one.awaitProblem();

    assertLoggedOnce(
        one,
        "another program's data",
        "database",
        () -> {
          assertThat(redis.command("XLEN", key)).isEqualTo(1L);
          assertThat(redis.command("PTTL", key)).isEqualTo(-1L);
          redis.command("DEL", key);
          storeWindow(one, Interval.ONE_MINUTE, 2);
        });
  }

  private static void storeWindow(Instance instance, Interval interval, int minute) {
    Objects.requireNonNull(instance.broker.archive())
        .store(ORDERS, interval, 60_000L * minute, new byte[10], Duration.ofDays(20_000));
  }
}
