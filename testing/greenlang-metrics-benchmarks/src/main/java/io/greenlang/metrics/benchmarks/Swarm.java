package io.greenlang.metrics.benchmarks;

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

/**
 * All subscribers, on one thread that never sleeps: to wake a sleeping receiver costs the sender a
 * microsecond or more, which would be charged to the server that is measured.
 */
final class Swarm implements AutoCloseable {

  private static final int MAX_IN_FLIGHT = 256;
  private static final long CONNECT_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(180);

  private final FanOutOptions options;
  private final Tally tally;
  private final WallClock clock = new WallClock();
  private final Selector selector = Selector.open();
  private final List<Subscriber> subscribers = new ArrayList<>();
  private final ReadBuffer shared = new ReadBuffer();

  private long spunNanos;
  private long idleNanos;

  Swarm(FanOutOptions options, Tally tally) throws IOException {
    this.options = options;
    this.tally = tally;
  }

  /** Opens them all, at the rate asked for; returns when each is open or has failed. */
  void connect() throws IOException {
    long start = System.nanoTime();
    while (count(Subscriber.State.OPEN) + count(Subscriber.State.CLOSED) < options.subscribers()) {
      long elapsed = System.nanoTime() - start;
      if (elapsed > CONNECT_LIMIT_NANOS) {
        throw new IOException("after 180 s only " + count(Subscriber.State.OPEN) + " are open");
      }
      long due = 1 + elapsed * options.connectRate() / TimeUnit.SECONDS.toNanos(1);
      int inFlight = count(Subscriber.State.CONNECTING) + count(Subscriber.State.UPGRADING);
      while (subscribers.size() < Math.min(due, options.subscribers())
          && inFlight++ < MAX_IN_FLIGHT) {
        subscribers.add(dial(subscribers.size()));
      }
      spinFor(0.001);
    }
  }

  /** Receives for a while. */
  void spinFor(double seconds) throws IOException {
    Consumer<SelectionKey> onReady = this::ready; // once: a spin would make one each time round
    long begin = System.nanoTime();
    long end = begin + (long) (seconds * 1e9);
    long before = begin;
    while (before < end) {
      boolean idle = selector.selectNow(onReady) == 0;
      long now = System.nanoTime();
      if (idle) {
        idleNanos += now - before;
      }
      before = now;
    }
    spunNanos += before - begin;
  }

  /** The share of the time since the last call in which there was something to receive. */
  double takeBusyShare() {
    double share = spunNanos == 0 ? 0 : 1 - (double) idleNanos / spunNanos;
    spunNanos = 0;
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

  long leastReceived() {
    return subscribers.stream().mapToLong(Subscriber::received).min().orElse(0);
  }

  long mostReceived() {
    return subscribers.stream().mapToLong(Subscriber::received).max().orElse(0);
  }

  @Override
  public void close() throws IOException {
    subscribers.forEach(Subscriber::close);
    selector.close();
  }

  private void ready(SelectionKey key) {
    ((Subscriber) key.attachment()).ready(key, shared);
  }

  private Subscriber dial(int index) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    if (options.sources() > 1) {
      // One address has some 28,000 ports towards a server's; all of 127/8 is this machine.
      channel.bind(new InetSocketAddress("127.0.0." + (2 + index % options.sources()), 0));
    }
    Subscriber subscriber = new Subscriber(channel, index, options, tally, clock);
    channel.register(selector, SelectionKey.OP_CONNECT, subscriber);
    try {
      if (channel.connect(new InetSocketAddress(options.host(), options.port()))) {
        ready(channel.keyFor(selector));
      }
    } catch (IOException e) {
      tally.error("connect: " + e);
      subscriber.close();
    }
    return subscriber;
  }
}
