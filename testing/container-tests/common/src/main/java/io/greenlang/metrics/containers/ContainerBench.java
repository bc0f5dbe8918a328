package io.greenlang.metrics.containers;

import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.load.Publisher;
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
 * The server that {@code make bench-containers} measures. One container serves our endpoint at
 * {@code /ws/metrics} and a {@link PlainEndpoint} at {@code /plain}; one publisher feeds either of
 * them. The server runs until its standard input ends.
 */
public final class ContainerBench {

  /** A starter of a container. */
  @FunctionalInterface
  public interface Starter {

    /**
     * Starts a container on the given port.
     *
     * @param onStartup configures the servlet context of the application
     * @param requestTimeoutMillis how long a connection may take to send its request
     */
    EmbeddedContainer start(Consumer<ServletContext> onStartup, int port, int requestTimeoutMillis)
        throws IOException;
  }

  private static final long POLL_NANOS = 10_000_000;

  /**
   * A timeout in the range of production defaults. A thousand clients that connect to a JVM that
   * has just started wait for seconds, which counts against this timeout.
   */
  private static final int REQUEST_TIMEOUT_MILLIS = 30_000;

  private static final long CONNECT_TIMEOUT_NANOS = 30_000_000_000L;

  private ContainerBench() {}

  /**
   * Runs the benchmark server.
   *
   * @param args the port; {@code plain} or {@code ours}; metrics per second; metrics per
   *     publication; the number of clients to wait for
   * @param starter starts the container
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
              context -> {
                server.attach(context);
                addPlain(context);
              },
              port,
              REQUEST_TIMEOUT_MILLIS);
      int clients = Integer.parseInt(args[4]);
      IntSupplier connected =
          plain ? PlainEndpoint::clients : () -> server.stats().connectedClients();
      Thread thread =
          new Thread(
              () -> {
                // A server that cannot keep up would be too busy to accept the last clients.
                long deadline = System.nanoTime() + CONNECT_TIMEOUT_NANOS;
                while (connected.getAsInt() < clients && System.nanoTime() < deadline) {
                  LockSupport.parkNanos(POLL_NANOS);
                }
                publisher.run();
              },
              "bench-publisher");
      thread.start();
      System.out.println("listening " + port);
      while (System.in.read() >= 0) {
        // wait for the end of the input
      }
      publisher.stop();
      thread.join();
      System.out.println("published=" + publisher.published() + " " + server.stats());
      server.stop();
      container.stop();
    }
  }

  private static void addPlain(ServletContext context) {
    try {
      ((ServerContainer) context.getAttribute(ServerContainer.class.getName()))
          .addEndpoint(ServerEndpointConfig.Builder.create(PlainEndpoint.class, "/plain").build());
    } catch (DeploymentException e) {
      throw new IllegalStateException("failed to add the plain endpoint", e);
    }
  }
}
