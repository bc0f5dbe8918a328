package io.greenlang.metrics.redis;

import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.rig.RedisServer;
import io.greenlang.metrics.testkit.RevocationContract;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The contract of revocations, applied to three instances on one Redis. */
final class RedisRevocationTest extends RevocationContract {

  private final RedisServer redis = RedisServer.start();

  /** The brokers may already be closed, or lose their Redis now; either must not fail. */
  @AfterEach
  void stopRedis() {
    redis.close();
  }

  @Override
  protected List<Broker> createInstances() {
    return List.of(
        Instance.builder(redis.url()).build(),
        Instance.builder(redis.url()).build(),
        Instance.builder(redis.url()).build());
  }
}
