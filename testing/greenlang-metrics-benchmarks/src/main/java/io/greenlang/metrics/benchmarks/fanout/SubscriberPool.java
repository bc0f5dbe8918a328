package io.greenlang.metrics.benchmarks.fanout;

import io.greenlang.metrics.testkit.load.WallClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pool of all subscribers, on one thread that never sleeps. Waking a sleeping receiver costs the
 * sender at least a microsecond, which would be charged to the measured server.
 */
final class SubscriberPool implements AutoCloseable {

  private static final int MAX_CONNECTING = 256;

  /** A small buffer, so that a subscriber that does not read soon holds its server back. */
  private static final int STALLED_RECEIVE_BYTES = 4096;

  private static final long CONNECT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(180);

  private final FanOutOptions options;
  private final ReceiveCounters counters;
  private final WallClock clock = new WallClock();
  private final Selector selector = Selector.open();
  private final List<Subscriber> subscribers = new ArrayList<>();
  private final ServerFrames.ReadBuffer shared = new ServerFrames.ReadBuffer();

  private @Nullable RemotePublisher publisher;

  private long polledNanos;
  private long idleNanos;

  SubscriberPool(FanOutOptions options, ReceiveCounters counters) throws IOException {
    this.options = options;
    this.counters = counters;
  }

  /** Opens all connections at the configured rate. Returns once each is open or has failed. */
  void connect() throws IOException {
    long start = System.nanoTime();
    while (count(Subscriber.State.OPEN) + count(Subscriber.State.CLOSED) < options.subscribers()) {
      long elapsed = System.nanoTime() - start;
      if (elapsed > CONNECT_TIMEOUT_NANOS) {
        throw new IOException(
            "timed out after 180 s with " + count(Subscriber.State.OPEN) + " open connections");
      }
      long due = 1 + elapsed * options.connectRate() / TimeUnit.SECONDS.toNanos(1);
      int connecting = count(Subscriber.State.CONNECTING) + count(Subscriber.State.UPGRADING);
      while (subscribers.size() < Math.min(due, options.subscribers())
          && connecting++ < MAX_CONNECTING) {
        subscribers.add(dial(subscribers.size()));
      }
      receiveFor(0.001);
    }
  }

  /** Begins to publish from the thread that receives. */
  void publishBy(RemotePublisher remotePublisher) {
    publisher = remotePublisher;
  }

  /** Receives for the given time. */
  void receiveFor(double seconds) throws IOException {
    Consumer<SelectionKey> onReady = this::ready; // once, to avoid an allocation per iteration
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    long previous = start;
    while (previous < end) {
      boolean idle = selector.selectNow(onReady) == 0;
      if (publisher != null) {
        publisher.publishIfDue(previous);
      }
      long now = System.nanoTime();
      if (idle) {
        idleNanos += now - previous;
      }
      previous = now;
    }
    polledNanos += previous - start;
  }

  /**
   * Returns the share of the time since the previous call in which there was data to receive, and
   * resets it.
   */
  double resetBusyShare() {
    double share = polledNanos == 0 ? 0 : 1 - (double) idleNanos / polledNanos;
    polledNanos = 0;
    idleNanos = 0;
    return share;
  }

  int count(Subscriber.State state) {
    int count = 0;
    for (Subscriber subscriber : subscribers) {
      if (subscriber.state() == state) {
        count++;
      }
    }
    return count;
  }

  /** Returns the metrics that the subscriber with the fewest received, of those that read. */
  long minReceived() {
    return subscribers.stream()
        .filter(each -> !each.isStalled())
        .mapToLong(Subscriber::received)
        .min()
        .orElse(0);
  }

  long maxReceived() {
    return subscribers.stream().mapToLong(Subscriber::received).max().orElse(0);
  }

  @Override
  public void close() throws IOException {
    if (publisher != null) {
      publisher.close();
    }
    subscribers.forEach(Subscriber::close);
    selector.close();
  }

  private void ready(SelectionKey key) {
    ((Subscriber) key.attachment()).onReady(key, shared);
  }

  private Subscriber dial(int index) throws IOException {
    SocketChannel channel = openChannel(index);
    Subscriber subscriber = new Subscriber(channel, index, options, counters, clock);
    channel.register(selector, SelectionKey.OP_CONNECT, subscriber);
    try {
      if (channel.connect(new InetSocketAddress(options.host(), options.port()))) {
        ready(channel.keyFor(selector));
      }
    } catch (IOException e) {
      counters.recordError("connect: " + e);
      subscriber.close();
    }
    return subscriber;
  }

  private SocketChannel openChannel(int index) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    if (options.isStalled(index)) {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, STALLED_RECEIVE_BYTES);
    }
    if (options.sources() > 1) {
      // An address has about 28,000 ports for connections to one server port; all of 127/8 is this
      // machine.
      channel.bind(new InetSocketAddress("127.0.0." + (2 + index % options.sources()), 0));
    }
    return channel;
  }
}
