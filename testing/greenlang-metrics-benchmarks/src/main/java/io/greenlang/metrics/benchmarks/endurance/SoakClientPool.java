package io.greenlang.metrics.benchmarks.endurance;

import io.greenlang.metrics.benchmarks.fanout.ServerFrames;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Pool of the clients of an endurance run, all on the calling thread. It keeps every client
 * connected, except those that it disconnects itself at the churn rate and connects again at once.
 */
final class SoakClientPool implements AutoCloseable {

  /** The limit per source address: an address has about 28,000 ports. */
  private static final int CLIENTS_PER_SOURCE = 1_000;

  private static final int MAX_CONNECTING = 128;
  private static final long TICK_MILLIS = 1;
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Selector selector = Selector.open();
  private final ServerFrames.ReadBuffer shared = new ServerFrames.ReadBuffer();
  private final List<SoakClient> clients = new ArrayList<>();
  private final InetSocketAddress server;
  private final Random random;
  private final Map<String, Integer> failures = new TreeMap<>();
  private long reconnects;

  /**
   * Creates clients that are not connected.
   *
   * @param views the commands with which clients subscribe, in turn
   */
  SoakClientPool(InetSocketAddress server, int count, List<String> views, Random random)
      throws IOException {
    this.server = server;
    this.random = random;
    for (int i = 0; i < count; i++) {
      String sourceAddress = "127.0.0." + (2 + i / CLIENTS_PER_SOURCE);
      clients.add(new SoakClient(sourceAddress, views.get(i % views.size()), this));
    }
  }

  /**
   * Connects all clients, a limited number at a time, and returns once all are subscribed.
   *
   * @throws IOException if a client fails or the time is up
   */
  void connect(double seconds) throws IOException {
    long deadline = System.nanoTime() + (long) (seconds * SECOND_NANOS);
    int next = 0;
    int subscribed = 0;
    while (subscribed < clients.size()) {
      if (!failures.isEmpty() || System.nanoTime() > deadline) {
        throw new IOException(
            subscribed + " of " + clients.size() + " clients are subscribed; failures " + failures);
      }
      while (next < clients.size() && next - subscribed < MAX_CONNECTING) {
        clients.get(next++).connect(selector, server);
      }
      selector.select(this::ready, TICK_MILLIS);
      subscribed = count();
    }
  }

  /**
   * Receives for the given time.
   *
   * @param churn the clients per second that disconnect and connect again
   */
  void run(double seconds, double churn) throws IOException {
    long start = System.nanoTime();
    long end = start + (long) (seconds * SECOND_NANOS);
    long reconnected = 0;
    for (long now = start; now < end; now = System.nanoTime()) {
      for (; reconnected < churn * (now - start) / SECOND_NANOS; reconnected++) {
        reconnect(clients.get(random.nextInt(clients.size())));
      }
      selector.select(this::ready, TICK_MILLIS);
    }
  }

  private void ready(SelectionKey key) {
    ((SoakClient) key.attachment()).onReady(key, shared);
  }

  private void reconnect(SoakClient client) {
    client.disconnect(random.nextBoolean());
    client.connect(selector, server);
    reconnects++;
  }

  /** Reconnects clients whose connection failed. */
  void reconnectFailed() {
    for (SoakClient client : clients) {
      if (!client.isConnected()) {
        reconnect(client);
      }
    }
  }

  /** Returns the number of clients that are subscribed. */
  int count() {
    int count = 0;
    for (SoakClient client : clients) {
      count += client.isSubscribed() ? 1 : 0;
    }
    return count;
  }

  /**
   * Returns the number of clients that have been connected for a time and have received no metric
   * since the previous call.
   */
  int drainSilent(double connectedSeconds) {
    int silent = 0;
    for (SoakClient client : clients) {
      double seconds = (double) (System.nanoTime() - client.connectedNanos()) / SECOND_NANOS;
      silent += client.drainFrames() == 0 && seconds >= connectedSeconds ? 1 : 0;
    }
    return silent;
  }

  /** Returns the connections that clients have replaced. */
  long reconnects() {
    return reconnects;
  }

  void recordFailure(String reason) {
    failures.merge(reason, 1, Integer::sum);
  }

  /** Returns the failed connections, counted by their reasons. */
  Map<String, Integer> failures() {
    return failures;
  }

  int failureCount() {
    return failures.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Disconnects all clients, half of them abruptly. */
  void disconnectAll() {
    for (SoakClient client : clients) {
      client.disconnect(random.nextBoolean());
    }
  }

  @Override
  public void close() throws IOException {
    disconnectAll();
    selector.close();
  }
}
