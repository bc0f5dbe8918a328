package io.greenlang.metrics.redis;

import static io.greenlang.metrics.redis.Instance.ORDERS;
import static io.greenlang.metrics.redis.Instance.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What an operator reads when Redis is not as it must be: one line that says what to do, however
 * long it lasts and however many threads run into it, and one more when it is over. Meanwhile the
 * instance serves its own clients.
 */
final class RedisBrokerTroubleTest {

  private static final String SERVES_AGAIN = "Redis serves again";

  @RegisterExtension
  final Instances instances =
      new Instances(RedisServer.start("--appendonly", "no", "--rdbcompression", "no"));

  private final RedisServer redis = instances.redis;
  private final CapturedLog log = new CapturedLog();

  @AfterEach
  void closeLog() {
    log.close();
  }

  /** The trouble lasts for seconds, is told once, ends, and its end is told once. */
  private void tellsOnce(Instance one, String what, String remedy, Runnable mend) {
    Lasting.publishThrough(one);
    assertThat(one.broker.state().trouble()).contains(what, remedy);
    assertThat(log.lines("WARN", "")).hasSize(1).first().asString().contains(what, remedy);
    assertThat(log.lines("INFO", SERVES_AGAIN)).isEmpty();

    mend.run();
    one.awaitTogether();
    int before = one.values().size();
    instances.start().publish(-1);
    one.awaitValues(before + 1);
    assertThat(one.values()).doesNotHaveDuplicates();
    assertThat(one.journal.breaches()).isEmpty();
    assertThat(log.lines("WARN", "")).hasSize(1);
    assertThat(log.lines("INFO", SERVES_AGAIN)).hasSize(1);
  }

  @Test
  void start_whileRedisReadsItsData_joinsWhenThatIsDone() {
    String keys = "for i = 1, 500 do redis.call('SET', 'key' .. i, string.rep('x', 2000)) end";
    redis.command("EVAL", keys, "0");
    redis.command("SAVE");
    redis.kill();
    redis.restartLoading();

    tellsOnce(
        instances.start(), "is reading its data", "will answer when that is done", redis::load);
  }

  @Test
  void start_fullRedis_isSaidOnce() {
    redis.command("CONFIG", "SET", "maxmemory", "1");

    tellsOnce(
        instances.start(),
        "is full (maxmemory)",
        "give it more memory",
        () -> redis.command("CONFIG", "SET", "maxmemory", "0"));
  }

  @Test
  void redis_isAReplica_isSaidOnceUntilItIsPromoted() {
    redis.command("REPLICAOF", "127.0.0.1", "1");

    tellsOnce(
        instances.start(),
        "takes no writes",
        "give the address of the master",
        () -> redis.command("REPLICAOF", "NO", "ONE"));
  }

  @Test
  void start_wrongPassword_isSaidOnceUntilItIsRight() {
    String[] user = {"SETUSER", "metrics", "on", "resetpass", ">other", "~*", "&*", "+@all"};
    redis.command("ACL", user);

    tellsOnce(
        instances.start(redis.url().replace("//", "//metrics:s3cret@")),
        "refuses the user or the password",
        "REDIS_URL",
        () -> {
          user[4] = ">s3cret";
          redis.command("ACL", user);
        });
    assertThat(log.lines("", "s3cret")).isEmpty();
  }

  @Test
  void start_userMayNotHearOtherPrograms_isSaidOnceAndTheRestWorks() {
    redis.command("ACL", "SETUSER", "metrics", "on", ">p", "~greenlang:*", "&greenlang:*", "+@all");
    Instance one = instances.start(redis.url().replace("//", "//metrics:p@"));
    Lasting.publishThrough(one);
    one.awaitTogether();

    assertThat(log.lines("WARN", ""))
        .hasSize(1)
        .first()
        .asString()
        .contains("What other programs publish is not heard", "ACL", "NOPERM");
  }

  /** The bus is not heard then, but the log can be read. */
  @Test
  void publish_userMayNotSubscribe_isSaidAndComesByTheLog() {
    redis.command("ACL", "SETUSER", "metrics", "on", ">p", "~*", "&*", "+@all", "-subscribe");
    Instance one = instances.start(redis.url().replace("//", "//metrics:p@"));
    Lasting.publishThrough(one);

    assertThat(one.broker.state().trouble()).contains("ACL", "NOPERM");
    assertThat(one.values()).doesNotHaveDuplicates();
    assertThat(one.journal.breaches()).isEmpty();
    assertThat(one.journal.interruptions(ORDERS)).isEmpty();
  }

  /** Each is found when it is first needed: at the start. */
  @Test
  void start_anothersDataUnderAnyKey_isSaidOnceUntilItIsGone() {
    List<List<String>> foreign =
        List.of(
            List.of("SET", "greenlang:{orders.metrics}:log", "text"),
            List.of("XADD", "greenlang:{orders.metrics}:log", "*", "order", "17"),
            List.of("XADD", "greenlang:{orders.metrics}:log", "MAXLEN", "0", "*", "order", "17"),
            List.of("HSET", "greenlang:{orders.metrics}:meta", "order", "17"),
            List.of("SADD", "greenlang:{orders.metrics}:meta", "text"),
            List.of("HSET", "greenlang:{orders.metrics}:meta", "e", "text"),
            List.of("SET", "greenlang:{orders.metrics}:seq:foreign", "text"),
            List.of("SADD", "greenlang:{orders.metrics}:seq:foreign", "text"),
            List.of("SET", "greenlang:channels", "text"),
            List.of("SADD", "greenlang:foreign", "text"));
    List<RedisServer> servers = foreign.stream().map(each -> instances.another()).toList();
    for (int i = 0; i < foreign.size(); i++) {
      List<String> words = foreign.get(i);
      servers.get(i).command(words.get(0), words.subList(1, words.size()).toArray(String[]::new));
    }

    List<Instance> all = servers.stream().map(each -> instances.start(each.url())).toList();
    Lasting.publishThrough(all.toArray(Instance[]::new));
    all.forEach(
        one ->
            assertThat(one.broker.state().trouble())
                .contains("another program's data", "database"));
    assertThat(log.lines("WARN", "another program's data")).hasSameSizeAs(foreign);

    for (int i = 0; i < foreign.size(); i++) {
      servers.get(i).command("DEL", foreign.get(i).get(1));
    }
    for (Instance one : all) {
      one.awaitTogether();
      assertThat(one.values()).doesNotHaveDuplicates();
      assertThat(one.journal.breaches()).isEmpty();
      assertThat(one.health("reconnects")).isZero();
    }
    assertThat(log.lines("WARN", "")).hasSameSizeAs(foreign);
    assertThat(log.lines("INFO", SERVES_AGAIN)).hasSameSizeAs(foreign);
  }

  /** Redis refuses our entries, whose ids are smaller. */
  @Test
  void publish_anothersEntryAtTheEndOfTheLog_isSaidOnce() {
    Instance one = instances.start();
    one.publish(-2);
    one.awaitValues(1);
    String key = "greenlang:{orders.metrics}:log";
    redis.command("XADD", key, "99999999999999-0", "a", "b");

    tellsOnce(one, "another program's data", "database", () -> redis.command("DEL", key));
  }

  @Test
  void publish_anothersDataUnderTheSequence_isSaidOnce() {
    Instance one = instances.start();
    one.publish(-2);
    one.awaitValues(1);
    List<?> keys = Answers.list(redis.command("KEYS", "greenlang:{orders.metrics}:seq:*"));
    assertThat(keys).hasSize(1);
    String key = String.valueOf(keys.get(0));
    redis.command("DEL", key);
    redis.command("SADD", key, "text");

    tellsOnce(one, "another program's data", "database", () -> redis.command("DEL", key));
  }

  @Test
  void keep_anothersDataUnderTheWindows_isSaidOnceAndOtherWindowsAreKept() {
    String key = "greenlang:{orders.metrics}:windows:1m";
    redis.command("SET", key, "text");
    Instance one = instances.start();
    for (int minute = 1; minute <= 3; minute++) {
      keep(one, Interval.ONE_MINUTE, minute);
      keep(one, Interval.FIVE_MINUTES, 5 * minute);
      long count = minute;
      await()
          .atMost(PATIENCE)
          .until(() -> redis.command("XLEN", key.replace("1m", "5m")), n -> n.equals(count));
    }
    assertThat(one.health("windows.dropped")).isEqualTo(3);

    tellsOnce(
        one,
        "another program's data",
        "database",
        () -> {
          redis.command("DEL", key);
          keep(one, Interval.ONE_MINUTE, 4);
        });
  }

  /** Such a stream must not be trimmed either, nor be given an end. */
  @Test
  void keep_anothersStreamUnderTheWindows_isSaidOnceAndLeftAlone() {
    String key = "greenlang:{orders.metrics}:windows:1m";
    redis.command("XADD", key, "1-1", "order", "17");
    Instance one = instances.start();
    keep(one, Interval.ONE_MINUTE, 1);

    tellsOnce(
        one,
        "another program's data",
        "database",
        () -> {
          assertThat(redis.command("XLEN", key)).isEqualTo(1L);
          assertThat(redis.command("PTTL", key)).isEqualTo(-1L);
          redis.command("DEL", key);
          keep(one, Interval.ONE_MINUTE, 2);
        });
  }

  private static void keep(Instance instance, Interval interval, int minute) {
    Objects.requireNonNull(instance.broker.archive())
        .keep(ORDERS, interval, 60_000L * minute, new byte[10], Duration.ofDays(20_000));
  }
}
