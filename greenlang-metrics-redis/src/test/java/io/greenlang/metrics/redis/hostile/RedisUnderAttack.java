package io.greenlang.metrics.redis.hostile;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.redis.RedisBroker;
import io.greenlang.metrics.redis.rig.FaultProxy;
import io.greenlang.metrics.redis.rig.RedisServer;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.security.ResumingWitness;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.time.Duration;
import java.util.List;
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

  /** A quarter of the usual rate, because each of many clients receives every publication. */
  private static final Duration LONG_PERIOD = Duration.ofMillis(20);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final RedisServer redis;
  final FaultProxy proxy;

  RedisUnderAttack(String... options) {
    redis = RedisServer.start(options);
    proxy = FaultProxy.to(redis.port());
  }

  /**
   * Starts an instance with a witness, for a test in which Redis does not answer at times. The
   * instance notices that within the default timeout. It reaches Redis by the proxy.
   */
  AttackedServer start() {
    MetricsHub hub = MetricsHub.builder().redisUrl(proxy.url()).build();
    return tolerant(AttackedServer.start(hub, settings -> {}));
  }

  /**
   * Starts such an instance for a test in which Redis always answers. It waits for a long time,
   * because a busy machine may delay the answer.
   */
  AttackedServer startPatient() {
    return tolerant(AttackedServer.start(patientHub(), settings -> {}));
  }

  /**
   * Starts a patient instance.
   *
   * @param period the time between two publications for the witness
   */
  AttackedServer startPatient(Duration period) {
    return tolerant(AttackedServer.start(patientHub(), settings -> {}, period));
  }

  /** Starts a patient instance for a test with several processes, which share the processors. */
  AttackedServer startForManyClients() {
    return startPatient(LONG_PERIOD);
  }

  private MetricsHub patientHub() {
    RedisBroker broker = RedisBroker.builder().redisUrl(proxy.url()).timeout(PATIENCE).build();
    return MetricsHub.builder().broker(broker).build();
  }

  /** Before the attack, a busy machine can delay Redis until an instance gives up on it. */
  private static AttackedServer tolerant(AttackedServer server) {
    server.witness().allowAnnouncedGapsBeforeAttack();
    return server;
  }

  /** Waits until an instance reports that Redis is available, or that it is not. */
  static void awaitHealth(AttackedServer server, boolean healthy) {
    ResourceUsage.await(() -> (server.stats().broker().problem() == null) == healthy);
  }

  /** Waits until each client has everything that was published up to now. */
  static void awaitAll(List<ResumingWitness> clients, AttackedServer server) {
    long published = server.published();
    clients.forEach(client -> client.awaitPublication(published));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    proxy.close();
    redis.close();
  }
}
