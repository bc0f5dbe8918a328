package io.greenlang.metrics.redis;

import io.greenlang.metrics.redis.rig.FaultProxy;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Redis of a test's own, and the instances on it. A test class has it as a field with
 * {@code @RegisterExtension}; after each test, all is closed, the last first.
 */
final class Instances implements AfterEachCallback, AutoCloseable {

  final RedisServer redis;
  private final Deque<Runnable> open = new ArrayDeque<>();

  /** On a Redis with the usual settings. */
  Instances() {
    this(RedisServer.start());
  }

  /** On a Redis that it closes. */
  Instances(RedisServer redis) {
    this.redis = redis;
    open.push(redis::close);
  }

  /** Starts one on the Redis. */
  Instance start() {
    return start(redis.url());
  }

  /** Starts one that knows its Redis by another address. */
  Instance start(String url) {
    return start(RedisBroker.builder().url(url));
  }

  /** Starts one with settings of its own, which name the address. */
  Instance start(RedisBroker.Builder builder) {
    return start(builder, new Journal());
  }

  /** As {@link #start(RedisBroker.Builder)}, with a journal of its own. */
  Instance start(RedisBroker.Builder builder, Journal journal) {
    Instance started = Instance.of(builder, journal);
    open.push(started::close);
    return started;
  }

  /** One with settings of its own, on the Redis. */
  RedisBroker.Builder builder() {
    return RedisBroker.builder().url(redis.url());
  }

  /** Starts another Redis. */
  RedisServer another() {
    RedisServer other = RedisServer.start();
    open.push(other::close);
    return other;
  }

  /** A network to the Redis that can fail. */
  FaultProxy proxy() {
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
