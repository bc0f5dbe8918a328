package io.greenlang.metrics.containers;

import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.benchmarks.Publisher;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import jakarta.servlet.ServletContext;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * The server that {@code make bench-containers} measures: in one container, ours at {@code
 * /ws/metrics} and a {@link PlainEndpoint} at {@code /plain}, and one publisher that feeds one of
 * the two. It serves until its input ends.
 */
public final class ContainerBench {

  /** Makes a container with what an application adds to it. */
  @FunctionalInterface
  public interface Starter {

    /** On this port, where connections have so long for their request. */
    EmbeddedContainer start(Consumer<ServletContext> application, int port, int patienceMillis)
        throws IOException;
  }

  private static final long WAIT_NANOS = 10_000_000;

  /**
   * What hosts leave it at. A thousand clients that connect to a JVM just started wait for seconds,
   * and a container counts that against them.
   */
  private static final int REQUEST_PATIENCE_MILLIS = 30_000;

  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private ContainerBench() {}

  /**
   * Serves.
   *
   * @param args the port; {@code plain} or {@code ours}; metrics a second; how many come together;
   *     how many clients to wait for
   */
  public static void run(String[] args, Starter starter) throws Exception {
    int port = Integer.parseInt(args[0]);
    boolean plain = args[1].equals("plain");
    try (MetricsHub hub = MetricsHub.create();
        MetricsWebSocketServer server =
            MetricsWebSocketServer.builder(hub)
                .allowAnonymous()
                .maxConnectionsPerSecond(0)
                .build()) {
      hub.addChannel(Publisher.CHANNEL.name());
      MetricSink sink = plain ? PlainEndpoint.sink() : hub;
      Publisher publisher =
          new Publisher(sink, Double.parseDouble(args[2]), Integer.parseInt(args[3]), true, 1);
      EmbeddedContainer container =
          starter.start(
              host -> {
                server.attach(host);
                addPlain(host);
              },
              port,
              REQUEST_PATIENCE_MILLIS);
      int clients = Integer.parseInt(args[4]);
      IntSupplier connected =
          plain ? PlainEndpoint::clients : () -> server.stats().connectedClients();
      Thread thread =
          new Thread(
              () -> {
                // A server that cannot keep up would be too busy to let the last ones in.
                long patience = System.nanoTime() + PATIENCE_NANOS;
                while (connected.getAsInt() < clients && System.nanoTime() < patience) {
                  LockSupport.parkNanos(WAIT_NANOS);
                }
                publisher.run();
              },
              "bench-publisher");
      thread.start();
      System.out.println("listening " + port);
      while (System.in.read() >= 0) {
        // until it ends
      }
      publisher.stop();
      thread.join();
      System.out.println("published=" + publisher.published() + " " + server.stats());
      server.stop();
      container.stop();
    }
  }

  private static void addPlain(ServletContext host) {
    try {
      ((ServerContainer) host.getAttribute(ServerContainer.class.getName()))
          .addEndpoint(ServerEndpointConfig.Builder.create(PlainEndpoint.class, "/plain").build());
    } catch (DeploymentException e) {
      throw new IllegalStateException("the plain endpoint cannot be added", e);
    }
  }
}
