package io.greenlang.metrics.benchmarks;

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

/** Clients that come back, all on the calling thread. */
final class ResumingSwarm implements AutoCloseable {

  /** One address has some 28,000 ports, and every attempt takes one for a minute. */
  private static final int CLIENTS_PER_SOURCE = 1_000;

  private static final int MAX_IN_FLIGHT = 256;
  private static final long TICK_MILLIS = 1;

  private final Selector selector = Selector.open();
  private final ReadBuffer shared = new ReadBuffer();
  private final List<ResumingClient> clients = new ArrayList<>();

  ResumingSwarm(int count, double baseSeconds, double capSeconds, Comeback comeback)
      throws IOException {
    Random random = new Random();
    for (int i = 0; i < count; i++) {
      String source = "127.0.0." + (2 + i / CLIENTS_PER_SOURCE);
      Backoff backoff = new Backoff(baseSeconds, capSeconds, random);
      clients.add(new ResumingClient(source, backoff, comeback));
    }
  }

  /** Connects them all, some at a time; returns when all are subscribed, or time is over. */
  void connect(InetSocketAddress server, double seconds) throws IOException {
    List<ResumingClient> waiting = new ArrayList<>(clients);
    long end = deadline(seconds);
    while (subscribed() < clients.size() && System.nanoTime() < end) {
      int inFlight = clients.size() - waiting.size() - subscribed();
      while (!waiting.isEmpty() && inFlight++ < MAX_IN_FLIGHT) {
        waiting.remove(waiting.size() - 1).dial(selector, server);
      }
      receive();
    }
  }

  /** Receives for a while; who loses its connection stays away. */
  void stay(double seconds) throws IOException {
    long end = deadline(seconds);
    while (System.nanoTime() < end) {
      receive();
    }
  }

  /** Lets those that have lost their connection come back, each when its wait is over. */
  void comeBack(InetSocketAddress server, double seconds, BooleanSupplier until)
      throws IOException {
    long end = deadline(seconds);
    while (!until.getAsBoolean() && System.nanoTime() < end) {
      receive();
      long now = System.nanoTime();
      for (ResumingClient client : clients) {
        if (!client.isConnected() && client.dueNanos() - now <= 0) {
          client.dial(selector, server);
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
    Consumer<SelectionKey> onReady = key -> ((ResumingClient) key.attachment()).ready(key, shared);
    selector.select(onReady, TICK_MILLIS);
  }

  private static long deadline(double seconds) {
    return System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }
}
