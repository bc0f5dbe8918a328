package io.greenlang.metrics.containers;

import jakarta.servlet.ServletContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jetty.ee11.servlet.DefaultServlet;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.resource.ResourceFactory;

/** Jetty, with one application at the root. */
final class EmbeddedJetty implements EmbeddedContainer {

  /** What it answers in a way of its own; each is a row of docs/embedding.md. */
  static final Map<String, String> OWN_ANSWERS =
      Map.ofEntries(
          Map.entry("a client's ping", "answered by the container"),
          Map.entry("a connection too many in a second", "503"),
          Map.entry("//ws/metrics", "400"),
          Map.entry("/ws%2Fmetrics", "400"),
          Map.entry("text that claims -1 bytes", "close 1009"),
          Map.entry("text that claims -2^63 bytes", "close 1009"),
          Map.entry("an unknown opcode that claims 2^63-1 bytes", "close 1009|close 1002"),
          Map.entry("a ping that claims 2^63-1 bytes", "close 1009"),
          Map.entry("a length that needs no eight bytes", "waits"));

  private final Server jetty;
  private final ServletContextHandler application = new ServletContextHandler("/");

  EmbeddedJetty(Consumer<ServletContext> attach, int port, int patienceMillis) {
    jetty = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    ((ServerConnector) jetty.getConnectors()[0]).setIdleTimeout(patienceMillis);
    application.setBaseResource(
        ResourceFactory.of(application).newClassLoaderResource("META-INF/resources/"));
    application.addServlet(DefaultServlet.class, "/");
    JakartaWebSocketServletContainerInitializer.configure(
        application, (host, container) -> attach.accept(host));
    jetty.setHandler(application);
    try {
      jetty.start();
    } catch (Exception e) {
      throw new IllegalStateException("Jetty does not start", e);
    }
  }

  @Override
  public int port() {
    return ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
  }

  @Override
  public void undeploy() throws Exception {
    application.stop();
  }

  @Override
  public void stop() throws Exception {
    jetty.stop();
  }
}
