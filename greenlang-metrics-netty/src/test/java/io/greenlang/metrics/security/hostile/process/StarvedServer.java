package io.greenlang.metrics.security.hostile.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.security.SteadyPublisher;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * The main class of a process with a server whose application uses up a resource. It executes the
 * commands of its standard input, one per line, and answers each with a line.
 */
final class StarvedServer {

  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int MIN_CHUNK_BYTES = 64;

  /** The refusals in a row after which a resource counts as used up. */
  private static final int REFUSALS = 3;

  private final MetricsHub hub;
  private final MetricsWebSocketServer server;
  private final List<Object> held = new ArrayList<>(1 << 18);
  private CountDownLatch released = new CountDownLatch(1);

  private StarvedServer(MetricsHub hub, MetricsWebSocketServer server) {
    this.hub = hub;
    this.server = server;
  }

  /** Runs the process until its input ends. */
  public static void main(String[] arguments) throws IOException {
    try (MetricsHub hub = MetricsHub.create();
        MetricsWebSocketServer server = newServer(hub)) {
      hub.addChannel(SteadyPublisher.CHANNEL.name());
      server.start();
      System.out.println(server.port());
      try (SteadyPublisher publisher = SteadyPublisher.start(hub, Duration.ofMillis(5))) {
        new StarvedServer(hub, server).executeAll(publisher);
      }
    }
  }

  private static MetricsWebSocketServer newServer(MetricsHub hub) {
    return MetricsWebSocketServer.builder(hub)
        .host("127.0.0.1")
        .port(0)
        .allowAnonymous()
        .maxMessagesPerMinute(0)
        .build();
  }

  private void executeAll(SteadyPublisher publisher) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(execute(line, publisher));
    }
  }

  private String execute(String command, SteadyPublisher publisher) {
    return switch (command) {
      case "use up heap" -> useUpHeap(Duration.ofSeconds(3));
      case "use up direct memory" -> useUp(() -> ByteBuffer.allocateDirect(CHUNK_BYTES));
      case "use up threads" -> useUp(this::startThread);
      case "release" -> release();
      case "start server" -> attempt(this::startServer);
      case "record histogram" -> attempt(this::recordHistogram);
      case "threads" -> Integer.toString(Thread.activeCount());
      case "failures" -> Long.toString(publisher.failures());
      case "sessions" -> server.stats().connectedClients() + " " + hub.stats().feeds();
      default -> throw new IllegalArgumentException(command);
    };
  }

  /** Allocates a resource. */
  @FunctionalInterface
  private interface Allocation {
    Object allocate();
  }

  /** Holds as much of a resource as the process gets. */
  private String useUp(Allocation allocation) {
    int refusals = 0;
    while (refusals < REFUSALS) {
      try {
        held.add(allocation.allocate());
        refusals = 0;
      } catch (OutOfMemoryError e) {
        refusals++;
      }
    }
    return held.size() + " held";
  }

  private Object startThread() {
    CountDownLatch end = released;
    Thread thread =
        new Thread(
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Keeps the heap full, to the last bytes, for a time. Then it releases the heap. */
  private String useUpHeap(Duration duration) {
    long refusals = 0;
    long endNanos = System.nanoTime() + duration.toNanos();
    int chunk = CHUNK_BYTES;
    while (System.nanoTime() < endNanos) {
      try {
        held.add(new byte[chunk]);
      } catch (OutOfMemoryError e) {
        refusals++;
        chunk = chunk > MIN_CHUNK_BYTES ? chunk / 4 : CHUNK_BYTES;
        LockSupport.parkNanos(100_000);
      }
    }
    held.clear();
    return refusals + " refusals";
  }

  private String release() {
    held.clear();
    released.countDown();
    released = new CountDownLatch(1);
    System.gc();
    return "released";
  }

  private void startServer() {
    newServer(hub).start();
  }

  private void recordHistogram() {
    hub.histogram("starved.metrics", "latency", Tags.empty()).record(1);
  }

  private static String attempt(Runnable action) {
    try {
      action.run();
      return "succeeded";
    } catch (OutOfMemoryError e) {
      return "refused";
    }
  }
}
