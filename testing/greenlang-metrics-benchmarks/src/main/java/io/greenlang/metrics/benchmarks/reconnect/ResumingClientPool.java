package io.greenlang.metrics.benchmarks.reconnect;

import io.greenlang.metrics.benchmarks.fanout.ServerFrames;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Pool of clients that reconnect and resume, all on the calling thread. */
final class ResumingClientPool implements AutoCloseable {

  /**
   * The limit per source address: an address has about 28,000 ports, and every attempt occupies one
   * for a minute.
   */
  private static final int CLIENTS_PER_SOURCE = 1_000;

  private static final int MAX_CONNECTING = 256;
  private static final long TICK_MILLIS = 1;

  private final Selector selector = Selector.open();
  private final ServerFrames.ReadBuffer shared = new ServerFrames.ReadBuffer();
  private final List<ResumingClient> clients = new ArrayList<>();

  ResumingClientPool(int count, double baseSeconds, double capSeconds, ReconnectStats reconnects)
      throws IOException {
    Random random = new Random();
    for (int i = 0; i < count; i++) {
      String sourceAddress = "127.0.0." + (2 + i / CLIENTS_PER_SOURCE);
      Backoff backoff = new Backoff(baseSeconds, capSeconds, random);
      clients.add(new ResumingClient(sourceAddress, backoff, reconnects));
    }
  }

  /**
   * Connects all clients, a limited number at a time. Returns once all are subscribed or the time
   * is up.
   */
  void connect(InetSocketAddress server, double seconds) throws IOException {
    long end = deadline(seconds);
    while (subscribed() < clients.size() && System.nanoTime() < end) {
      int free = MAX_CONNECTING - connecting();
      long now = System.nanoTime();
      for (ResumingClient client : clients) {
        if (free > 0 && client.isDue(now)) {
          client.connect(selector, server);
          free--;
        }
      }
      receive();
    }
  }

  private int connecting() {
    int count = 0;
    for (ResumingClient client : clients) {
      count += client.isConnected() && !client.isSubscribed() ? 1 : 0;
    }
    return count;
  }

  /** Receives for the given time; clients that lose their connection do not reconnect. */
  void receiveFor(double seconds) throws IOException {
    long end = deadline(seconds);
    while (System.nanoTime() < end) {
      receive();
    }
  }

  /** Reconnects clients that have lost their connection, each after its delay. */
  void reconnect(InetSocketAddress server, double seconds, BooleanSupplier done)
      throws IOException {
    long end = deadline(seconds);
    while (!done.getAsBoolean() && System.nanoTime() < end) {
      receive();
      long now = System.nanoTime();
      for (ResumingClient client : clients) {
        if (client.isDue(now)) {
          client.connect(selector, server);
        }
      }
    }
  }

  int subscribed() {
    int count = 0;
    for (ResumingClient client : clients) {
      count += client.isSubscribed() ? 1 : 0;
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    clients.forEach(ResumingClient::close);
    selector.close();
  }

  private void receive() throws IOException {
    Consumer<SelectionKey> onReady =
        key -> ((ResumingClient) key.attachment()).onReady(key, shared);
    selector.select(onReady, TICK_MILLIS);
  }

  private static long deadline(double seconds) {
    return System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }
}
