package io.greenlang.metrics.redis.checker;

import io.greenlang.metrics.redis.rig.FaultProxy;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Injects random faults, and repairs them. */
final class FaultInjector {

  private final RedisServer redis;
  private final List<CheckedInstance> instances;
  private final List<CheckedClient> clients;
  private final Random random;

  FaultInjector(
      RedisServer redis,
      List<CheckedInstance> instances,
      List<CheckedClient> clients,
      Random random) {
    this.redis = redis;
    this.instances = instances;
    this.clients = clients;
    this.random = random;
  }

  /** Injects one fault for a while; returns its description. */
  String injectNext() {
    int number = random.nextInt(instances.size());
    CheckedInstance instance = instances.get(number);
    FaultProxy proxy = instance.proxy();
    int kind = random.nextInt(13);
    switch (kind) {
      case 0 -> {
        proxy.blackhole();
        pause(4_000);
        proxy.restore();
        return "packets swallowed at " + number;
      }
      case 1 -> {
        proxy.blackholeToClient();
        pause(4_000);
        proxy.resetConnections();
        proxy.restore();
        return "replies swallowed, then cut, at " + number;
      }
      case 2 -> {
        proxy.blackholeToServer();
        pause(4_000);
        proxy.restore();
        return "requests swallowed at " + number;
      }
      case 3 -> {
        proxy.resetConnections();
        pause(500);
        return "all cut at " + number;
      }
      case 4 -> {
        proxy.refuse();
        proxy.resetConnections();
        pause(3_000);
        proxy.restore();
        return "refused at " + number;
      }
      case 5 -> {
        proxy.delay(Duration.ofMillis(1 + random.nextInt(60)));
        pause(2_000);
        proxy.restore();
        return "delayed at " + number;
      }
      case 6 -> {
        redis.command("CLIENT", "KILL", "TYPE", "pubsub");
        pause(500);
        return "subscriptions killed";
      }
      case 7 -> {
        redis.kill();
        pause(2_000);
        redis.restart();
        return "Redis killed, restarted with its data";
      }
      case 8 -> {
        redis.kill();
        pause(2_000);
        redis.restartEmpty();
        return "Redis killed, restarted empty";
      }
      case 9 -> {
        redis.pause();
        pause(3_000);
        redis.resume();
        return "Redis paused";
      }
      case 10 -> {
        instance.restartServer();
        pause(300);
        return "server restarted at " + number;
      }
      case 11 -> {
        redis.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1kb 1kb 1");
        pause(2_000);
        redis.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 32mb 8mb 60");
        return "output buffers limited";
      }
      default -> {
        for (CheckedClient client : clients) {
          if (random.nextBoolean()) {
            client.disconnect();
          }
        }
        pause(1_000);
        return "clients cut";
      }
    }
  }

  private void pause(int maxMillis) {
    long until = System.nanoTime() + Duration.ofMillis(1 + random.nextInt(maxMillis)).toNanos();
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }
}
