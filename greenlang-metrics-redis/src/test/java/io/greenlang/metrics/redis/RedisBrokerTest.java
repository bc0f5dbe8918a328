package io.greenlang.metrics.redis;

import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.rig.RedisServer;
import io.greenlang.metrics.testkit.BrokerContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The contract of all brokers, applied to {@link RedisBroker}. */
final class RedisBrokerTest extends BrokerContract {

  private static @Nullable RedisServer redis;

  @BeforeAll
  static void startRedis() {
    redis = RedisServer.start();
  }

  @AfterAll
  static void stopRedis() {
    server().close();
  }

  private static RedisServer server() {
    RedisServer server = redis;
    if (server == null) {
      throw new IllegalStateException("Redis is not started");
    }
    return server;
  }

  @BeforeEach
  void flushRedis() {
    server().command("FLUSHALL");
  }

  @Override
  protected Broker create() {
    return Instance.builder(server().url()).build();
  }
}
