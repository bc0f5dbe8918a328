package io.greenlang.metrics.redis.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** A cluster of three masters that share the slots, without replicas. */
public final class RedisCluster implements AutoCloseable {

  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;

  private final List<RedisServer> servers = new ArrayList<>();

  private RedisCluster() {}

  /** Starts it, and returns when each master knows all slots. */
  public static RedisCluster start(String... options) {
    RedisCluster cluster = new RedisCluster();
    try {
      cluster.startAll(options);
      return cluster;
    } catch (RuntimeException | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  private void startAll(String... options) {
    for (int i = 0; i < MASTERS; i++) {
      List<String> all = new ArrayList<>(List.of("--cluster-enabled", "yes"));
      all.addAll(List.of("--cluster-port", RedisServer.FREE_PORT));
      all.addAll(List.of("--cluster-node-timeout", "15000"));
      all.addAll(List.of(options));
      RedisServer server = RedisServer.start(all.toArray(String[]::new));
      servers.add(server);
      String from = Integer.toString(SLOTS * i / MASTERS);
      String to = Integer.toString(SLOTS * (i + 1) / MASTERS - 1);
      server.command("CLUSTER", "ADDSLOTSRANGE", from, to);
      servers
          .get(0)
          .command(
              "CLUSTER",
              "MEET",
              "127.0.0.1",
              Integer.toString(server.port()),
              server.option("--cluster-port"));
    }
    for (RedisServer server : servers) {
      Awaitility.await("the cluster has formed")
          .atMost(Duration.ofSeconds(60))
          .until(() -> complete(server));
    }
  }

  private static boolean complete(RedisServer server) {
    String info = String.valueOf(server.command("CLUSTER", "INFO"));
    return info.contains("cluster_state:ok")
        && info.contains("cluster_known_nodes:" + MASTERS)
        && info.contains("cluster_slots_ok:" + SLOTS);
  }

  /** Returns the masters. */
  public List<RedisServer> servers() {
    return List.copyOf(servers);
  }

  /** Returns host and port of each master, separated by commas. */
  public String addresses() {
    return String.join(",", servers.stream().map(server -> "127.0.0.1:" + server.port()).toList());
  }

  @Override
  public void close() {
    servers.forEach(RedisServer::close);
  }
}
