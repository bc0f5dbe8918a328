package io.greenlang.metrics.redis.hostile;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.redis.rig.FaultProxy;
import io.greenlang.metrics.redis.rig.RedisServer;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Redis for one test, the network to it, and attacked servers on it. A test class declares it as
 * a field with {@code @RegisterExtension}.
 */
final class RedisUnderAttack implements AfterEachCallback {

  /** A subscription is established again, and its gap filled, within this time. */
  static final Duration RESUBSCRIBED = Duration.ofSeconds(2);

  /** An instance notices within this time that Redis does not answer. */
  static final Duration NOTICED = Duration.ofSeconds(3);

  private static final Duration PERIOD = Duration.ofMillis(5);

  final RedisServer redis;
  final FaultProxy proxy;

  RedisUnderAttack(String... options) {
    redis = RedisServer.start(options);
    proxy = FaultProxy.to(redis.port());
  }

  /** Starts an instance with a witness, which reaches Redis by the proxy. */
  AttackedServer start() {
    return start(PERIOD);
  }

  /**
   * Starts an instance for a test with several processes or servers, which share the processors.
   *
   * @param period the time between two publications for the witness
   */
  AttackedServer start(Duration period) {
    MetricsHub hub = MetricsHub.builder().redisUrl(proxy.url()).build();
    return AttackedServer.start(hub, settings -> {}, period);
  }

  /** Waits until an instance reports that Redis is available, or that it is not. */
  static void awaitHealth(AttackedServer server, boolean healthy) {
    ResourceUsage.await(() -> (server.stats().broker().problem() == null) == healthy);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    proxy.close();
    redis.close();
  }
}
