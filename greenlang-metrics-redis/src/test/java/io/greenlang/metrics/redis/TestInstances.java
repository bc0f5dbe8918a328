package io.greenlang.metrics.redis;

import io.greenlang.metrics.redis.rig.FaultProxy;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Redis for one test, and the instances on it. A test class declares it as a field with
 * {@code @RegisterExtension}. After each test it closes everything, in reverse order.
 */
public final class TestInstances implements AfterEachCallback, AutoCloseable {

  public final RedisServer redis;
  private final Deque<Runnable> open = new ArrayDeque<>();

  /** Starts a Redis with the default settings. */
  public TestInstances() {
    this(RedisServer.start());
  }

  /** Uses a Redis, which it closes. */
  public TestInstances(RedisServer redis) {
    this.redis = redis;
    open.push(redis::close);
  }

  /** Starts an instance on the Redis. */
  Instance start() {
    return start(redis.url());
  }

  /** Starts an instance that connects to another address. */
  Instance start(String url) {
    return start(RedisBroker.builder().url(url));
  }

  /** Starts an instance with custom settings, which include the address. */
  Instance start(RedisBroker.Builder builder) {
    return start(builder, new RecordingListener());
  }

  /** Like {@link #start(RedisBroker.Builder)}, with the given journal. */
  Instance start(RedisBroker.Builder builder, RecordingListener journal) {
    Instance instance = Instance.start(builder, journal);
    open.push(instance::close);
    return instance;
  }

  /** Returns a builder with the address of the Redis. */
  RedisBroker.Builder builder() {
    return RedisBroker.builder().url(redis.url());
  }

  /** Starts another Redis. */
  RedisServer another() {
    RedisServer other = RedisServer.start();
    open.push(other::close);
    return other;
  }

  /** Starts a network in front of the Redis that can fail. */
  public FaultProxy proxy() {
    FaultProxy proxy = FaultProxy.to(redis.port());
    open.push(proxy::close);
    return proxy;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close();
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      open.pop().run();
    }
  }
}
