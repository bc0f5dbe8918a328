package io.greenlang.metrics.redis.checker;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.feed.Accounting;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.redis.RedisBroker;
import io.greenlang.metrics.redis.rig.FaultProxy;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * An instance with a network of its own to Redis. It publishes one series that counts up by one, so
 * that who hears it knows what comes next.
 */
final class CheckedInstance implements AutoCloseable {

  static final Channel CHANNEL = new Channel("checked.metrics");

  private static final long PACE_NANOS = Duration.ofMillis(10).toNanos();

  private final String series;
  private final FaultProxy proxy;
  private final MetricsHub hub;
  private final MetricsWebSocketServer server;
  private final AtomicLong published = new AtomicLong();
  private final Thread publisher;
  private volatile boolean publishing = true;

  CheckedInstance(int number, int redisPort) {
    this.series = series(number);
    this.proxy = FaultProxy.to(redisPort);
    this.hub = MetricsHub.builder().broker(RedisBroker.builder().url(proxy.url()).build()).build();
    hub.addChannel(CHANNEL.name());
    this.server =
        MetricsWebSocketServer.builder(hub)
            .host("127.0.0.1")
            .port(0)
            .allowAnonymous()
            .maxMessagesPerMinute(0)
            .maxConnectionsPerMinute(0)
            .build();
    server.start();
    this.publisher = new Thread(this::publishAll, "checked-publisher-" + number);
    publisher.setDaemon(true);
    publisher.start();
  }

  /** What an instance's series is called. */
  static String series(int number) {
    return "count." + number;
  }

  private void publishAll() {
    while (publishing) {
      publish();
      LockSupport.parkNanos(PACE_NANOS);
    }
  }

  private void publish() {
    long next = published.incrementAndGet(); // before it can be heard
    hub.publish(Metric.counter(CHANNEL, series, (double) next, Tags.empty()));
  }

  /** The last count that was published, or is about to be. */
  long published() {
    return published.get();
  }

  /** Publishes no more. */
  void finish() throws InterruptedException {
    publishing = false;
    publisher.join();
  }

  /** One more, after {@link #finish}. */
  void publishLast() {
    publish();
  }

  FaultProxy proxy() {
    return proxy;
  }

  /** Where it is now; another port after each restart. */
  URI url() {
    return URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics");
  }

  /** The server goes and comes back; the hub stays. */
  void restartServer() {
    server.stopForRestart();
    server.start();
  }

  /** What became of the metrics of all its sessions. */
  Accounting accounting() {
    return server.stats().metrics();
  }

  /** What its broker tells of itself. */
  String health() {
    return String.valueOf(hub.brokerState());
  }

  @Override
  public void close() {
    publishing = false;
    server.close();
    hub.close();
    proxy.close();
  }
}
