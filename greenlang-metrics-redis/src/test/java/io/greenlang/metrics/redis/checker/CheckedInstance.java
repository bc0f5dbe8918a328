package io.greenlang.metrics.redis.checker;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.redis.RedisBroker;
import io.greenlang.metrics.redis.rig.FaultProxy;
import io.greenlang.metrics.subscription.DeliveryStats;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * An instance with its own network to Redis. On each channel it publishes a series that counts up
 * by one, so that a client knows the next value, and in the same publication a second series with
 * the same values.
 */
final class CheckedInstance implements AutoCloseable {

  static final List<Channel> CHANNELS =
      List.of(new Channel("checked.metrics"), new Channel("also.metrics"));

  private static final long PACE_NANOS = Duration.ofMillis(10).toNanos();

  private final List<String> series;
  private final FaultProxy proxy;
  private final MetricsHub hub;
  private final MetricsWebSocketServer server;
  private final Map<Channel, AtomicLong> published = new HashMap<>();
  private final Thread publisher;
  private volatile boolean publishing = true;

  CheckedInstance(int number, int redisPort) {
    this.series = series(number);
    CHANNELS.forEach(channel -> published.put(channel, new AtomicLong()));
    this.proxy = FaultProxy.to(redisPort);
    this.hub =
        MetricsHub.builder().broker(RedisBroker.builder().redisUrl(proxy.url()).build()).build();
    CHANNELS.forEach(channel -> hub.addChannel(channel.name()));
    this.server =
        MetricsWebSocketServer.builder(hub)
            .host("127.0.0.1")
            .port(0)
            .allowAnonymous()
            .maxMessagesPerMinute(0)
            .maxConnectionsPerMinute(0)
            .maxConnectionsPerSecond(0)
            .build();
    server.start();
    this.publisher = new Thread(this::publishAll, "checked-publisher-" + number);
    publisher.setDaemon(true);
    publisher.start();
  }

  /** Returns the names of an instance's two series. */
  static List<String> series(int number) {
    return List.of("count." + number, "twin." + number);
  }

  private void publishAll() {
    while (publishing) {
      CHANNELS.forEach(this::publish);
      LockSupport.parkNanos(PACE_NANOS);
    }
  }

  private void publish(Channel channel) {
    long next = count(channel).incrementAndGet(); // before any client can receive it
    hub.publish(
        series.stream()
            .map(name -> Metric.counter(channel, name, (double) next, Tags.empty()))
            .toList());
  }

  /** Returns the last count that was published on a channel, or is about to be. */
  long published(Channel channel) {
    return count(channel).get();
  }

  private AtomicLong count(Channel channel) {
    return Objects.requireNonNull(published.get(channel));
  }

  /** Stops publishing. */
  void finish() throws InterruptedException {
    publishing = false;
    publisher.join();
  }

  /** Publishes once more on each channel, after {@link #finish}. */
  void publishLast() {
    CHANNELS.forEach(this::publish);
  }

  FaultProxy proxy() {
    return proxy;
  }

  /** Returns its current URL; the port changes with each restart. */
  URI url() {
    return URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics");
  }

  /** Restarts the server; the hub stays. */
  void restartServer() {
    server.stopForRestart();
    server.start();
  }

  /** Returns the delivery totals of all its sessions. */
  DeliveryStats stats() {
    return server.stats().metrics();
  }

  /** Returns the state of its broker as text. */
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
