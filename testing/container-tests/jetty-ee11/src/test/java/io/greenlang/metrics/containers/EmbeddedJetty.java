package io.greenlang.metrics.containers;

import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jetty.ee11.servlet.DefaultServlet;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.resource.Resource;
import org.eclipse.jetty.util.resource.ResourceFactory;

/** An embedded Jetty with one application at the root context. */
final class EmbeddedJetty implements EmbeddedContainer {

  /**
   * The outcomes in which this container differs; each is a row of
   * docs/reference/container-differences.md.
   */
  static final Map<String, String> OUTCOME_OVERRIDES =
      Map.ofEntries(
          Map.entry("a client's ping", "answered by the container"),
          Map.entry("a connection over the per-second limit", "503"),
          Map.entry("//ws/metrics", "400"),
          Map.entry("/ws%2Fmetrics", "400"),
          Map.entry("text that claims -1 bytes", "close 1009"),
          Map.entry("text that claims -2^63 bytes", "close 1009"),
          Map.entry("an unknown opcode that claims 2^63-1 bytes", "close 1009|close 1002"),
          Map.entry("a ping that claims 2^63-1 bytes", "close 1009"),
          Map.entry("a length in a non-minimal encoding", "no response"));

  private final Server jetty;
  private final ServletContextHandler context = new ServletContextHandler("/");

  EmbeddedJetty(Consumer<ServletContext> onStartup, int port, int requestTimeoutMillis) {
    jetty = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    ((ServerConnector) jetty.getConnectors()[0]).setIdleTimeout(requestTimeoutMillis);
    context.setBaseResource(files(context));
    context.addServlet(DefaultServlet.class, "/");
    JakartaWebSocketServletContainerInitializer.configure(
        context, (servletContext, container) -> onStartup.accept(servletContext));
    jetty.setHandler(context);
    try {
      jetty.start();
    } catch (Exception e) {
      throw new IllegalStateException("failed to start Jetty", e);
    }
  }

  /** Returns the files of all jars and folders on the class path, as Jetty finds those of a WAR. */
  private static Resource files(ServletContextHandler context) {
    ResourceFactory factory = ResourceFactory.of(context);
    try {
      return ResourceFactory.combine(
          Collections.list(EmbeddedJetty.class.getClassLoader().getResources("META-INF/resources/"))
              .stream()
              .map(factory::newResource)
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int port() {
    return ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
  }

  @Override
  public void undeploy() throws Exception {
    context.stop();
  }

  @Override
  public void stop() throws Exception {
    jetty.stop();
  }
}
