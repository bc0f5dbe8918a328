package io.greenlang.metrics.redis.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A master, a replica, and sentinels that promote the replica when the master is gone. */
public final class RedisSentinels implements AutoCloseable {

  /** What the sentinels call the master. */
  public static final String MASTER_NAME = "greenlang";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<RedisServer> data = new ArrayList<>();
  private final List<RedisServer> sentinels = new ArrayList<>();

  private RedisSentinels() {}

  /**
   * Starts them, and returns when the sentinels know each other and the replica. They need a second
   * to find the master gone.
   *
   * @param count how many sentinels; one more than half of them must agree
   */
  public static RedisSentinels start(int count) {
    return start(count, null, null);
  }

  /**
   * As {@link #start(int)}, with passwords.
   *
   * @param password of the master and the replica; null for none
   * @param sentinelPassword of the sentinels; null for none
   */
  public static RedisSentinels start(
      int count, @Nullable String password, @Nullable String sentinelPassword) {
    RedisSentinels all = new RedisSentinels();
    try {
      all.form(count, password, sentinelPassword);
      return all;
    } catch (RuntimeException | AssertionError e) {
      all.close();
      throw e;
    }
  }

  private void form(int count, @Nullable String password, @Nullable String sentinelPassword) {
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
            + "sentinel down-after-milliseconds %s 1000%n".formatted(MASTER_NAME)
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
          .atMost(PATIENCE)
          .until(() -> state(sentinel).contains("slaves=1,sentinels=" + count));
    }
  }

  private static String state(RedisServer sentinel) {
    return String.valueOf(sentinel.info("master0"));
  }

  /** The master, as the first sentinel has it now. */
  public RedisServer master() {
    String port = masterPort(sentinels.get(0));
    for (RedisServer server : data) {
      if (Integer.toString(server.port()).equals(port)) {
        return server;
      }
    }
    throw new IllegalStateException("a sentinel names a master on port " + port);
  }

  /** Has the replica promoted while the master lives; returns when every sentinel says so. */
  public void failover() {
    String before = masterPort(sentinels.get(0));
    sentinels.get(0).command("SENTINEL", "FAILOVER", MASTER_NAME);
    awaitOtherThan(before);
  }

  /** SIGKILL for the master; returns when every sentinel names the other one, and that is one. */
  public void killMaster() {
    RedisServer before = master();
    before.kill();
    awaitOtherThan(Integer.toString(before.port()));
  }

  private void awaitOtherThan(String port) {
    for (RedisServer sentinel : sentinels) {
      Awaitility.await("another master")
          .atMost(PATIENCE)
          .until(() -> !masterPort(sentinel).equals(port));
    }
    RedisServer now = master();
    Awaitility.await("the other one is a master")
        .atMost(PATIENCE)
        .until(() -> "master".equals(now.info("role")));
  }

  private static String masterPort(RedisServer sentinel) {
    Object address = sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME);
    if (address instanceof List<?> list && list.size() == 2) {
      return String.valueOf(list.get(1));
    }
    throw new IllegalStateException("a sentinel does not know the master: " + address);
  }

  /** The sentinels. */
  public List<RedisServer> sentinels() {
    return List.copyOf(sentinels);
  }

  /** Host and port of each sentinel, with commas between them. */
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
