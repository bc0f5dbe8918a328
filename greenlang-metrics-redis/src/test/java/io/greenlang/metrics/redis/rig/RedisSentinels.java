package io.greenlang.metrics.redis.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/** A master, a replica, and sentinels that promote the replica when the master fails. */
public final class RedisSentinels implements AutoCloseable {

  /** The name by which the sentinels know the master. */
  public static final String MASTER_NAME = "greenlang";

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** A busy machine delays the master for less, so only a test that wants it gets another one. */
  private static final int PATIENT_MILLIS = 60_000;

  private final List<RedisServer> data = new ArrayList<>();
  private final List<RedisServer> sentinels = new ArrayList<>();

  private RedisSentinels() {}

  /**
   * Starts them, and returns when the sentinels know each other and the replica. They detect a
   * failed master after one second.
   *
   * @param count the number of sentinels; one more than half of them must agree
   */
  public static RedisSentinels start(int count) {
    return start(count, null, null);
  }

  /**
   * Like {@link #start(int)}, with passwords.
   *
   * @param password the password of the master and the replica; null for none
   * @param sentinelPassword the password of the sentinels; null for none
   */
  public static RedisSentinels start(
      int count, @Nullable String password, @Nullable String sentinelPassword) {
    RedisSentinels all = new RedisSentinels();
    try {
      all.startAll(count, password, sentinelPassword);
      return all;
    } catch (RuntimeException | AssertionError e) {
      all.close();
      throw e;
    }
  }

  private void startAll(int count, @Nullable String password, @Nullable String sentinelPassword) {
    String[] options =
        password == null
            ? new String[0]
            : new String[] {"--requirepass", password, "--masterauth", password};
    RedisServer master = RedisServer.start(options);
    data.add(master);
    data.add(master.replica(options));
    String configuration =
        "sentinel monitor %1$s 127.0.0.1 %2$d %3$d%n"
                .formatted(MASTER_NAME, master.port(), count / 2 + 1)
            + "sentinel down-after-milliseconds %s %d%n".formatted(MASTER_NAME, PATIENT_MILLIS)
            + "sentinel failover-timeout %s 5000%n".formatted(MASTER_NAME)
            + (password == null
                ? ""
                : "sentinel auth-pass %s %s%n".formatted(MASTER_NAME, password))
            + (sentinelPassword == null ? "" : "requirepass %s%n".formatted(sentinelPassword));
    for (int i = 0; i < count; i++) {
      sentinels.add(RedisServer.sentinel(configuration, sentinelPassword));
    }
    for (RedisServer sentinel : sentinels) {
      Awaitility.await("the sentinels know each other and the replica")
          .atMost(TIMEOUT)
          .until(() -> state(sentinel).contains("slaves=1,sentinels=" + count));
    }
  }

  private static String state(RedisServer sentinel) {
    return String.valueOf(sentinel.info("master0"));
  }

  /** Returns the master that the first sentinel currently names. */
  public RedisServer master() {
    String port = masterPort(sentinels.get(0));
    for (RedisServer server : data) {
      if (Integer.toString(server.port()).equals(port)) {
        return server;
      }
    }
    throw new IllegalStateException("a sentinel names a master on port " + port);
  }

  /**
   * Promotes the replica while the master is alive; returns when every sentinel names the new
   * master.
   */
  public void failover() {
    String before = masterPort(sentinels.get(0));
    Awaitility.await("the failover has begun").atMost(TIMEOUT).until(this::tryFailover);
    awaitOtherThan(before);
  }

  /** A sentinel refuses while it is not connected to the replica, which it has just discovered. */
  private boolean tryFailover() {
    try {
      sentinels.get(0).command("SENTINEL", "FAILOVER", MASTER_NAME);
      return true;
    } catch (JedisDataException e) {
      if (String.valueOf(e.getMessage()).startsWith("NOGOODSLAVE")) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Kills the master with SIGKILL; returns when every sentinel names the new one, and it is a
   * master.
   */
  public void killMaster() {
    RedisServer before = master();
    for (RedisServer sentinel : sentinels) {
      sentinel.command("SENTINEL", "SET", MASTER_NAME, "down-after-milliseconds", "1000");
    }
    before.kill();
    awaitOtherThan(Integer.toString(before.port()));
  }

  private void awaitOtherThan(String port) {
    for (RedisServer sentinel : sentinels) {
      Awaitility.await("another master")
          .atMost(TIMEOUT)
          .until(() -> !masterPort(sentinel).equals(port));
    }
    RedisServer master = master();
    Awaitility.await("the new master is promoted")
        .atMost(TIMEOUT)
        .until(() -> "master".equals(master.info("role")));
  }

  private static String masterPort(RedisServer sentinel) {
    Object address = sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME);
    if (address instanceof List<?> list && list.size() == 2) {
      return String.valueOf(list.get(1));
    }
    throw new IllegalStateException("a sentinel does not know the master: " + address);
  }

  /** Returns the sentinels. */
  public List<RedisServer> sentinels() {
    return List.copyOf(sentinels);
  }

  /** Returns host and port of each sentinel, separated by commas. */
  public String addresses() {
    return String.join(
        ",", sentinels.stream().map(server -> "127.0.0.1:" + server.port()).toList());
  }

  @Override
  public void close() {
    sentinels.forEach(RedisServer::close);
    data.forEach(RedisServer::close);
  }
}
