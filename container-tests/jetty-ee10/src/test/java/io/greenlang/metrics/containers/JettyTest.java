package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.TransportCapability;
import io.greenlang.metrics.testkit.TransportServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.DefaultServlet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.resource.ResourceFactory;

final class JettyTest extends JakartaContract {

  @Override
  protected TransportServer start(MetricsWebSocketServer.Builder settings) {
    return ContainerServer.start(settings, EmbeddedJetty::new);
  }

  @Override
  protected Set<TransportCapability> capabilities() {
    Set<TransportCapability> all = EnumSet.allOf(TransportCapability.class);
    all.remove(TransportCapability.OWN_PORT);
    all.remove(TransportCapability.PIPELINING); // shown with /health, which is the host's affair
    return all;
  }

  /** It answers ambiguous paths with 400, and closes with 1009 what claims to be too long. */
  @Override
  protected Set<String> ownAnswers() {
    return Set.of(
        "//ws/metrics",
        "/ws%2Fmetrics",
        "text that claims -1 bytes",
        "text that claims -2^63 bytes",
        "a length that needs no eight bytes",
        "an unknown opcode that claims 2^63-1 bytes",
        "a ping that claims 2^63-1 bytes");
  }

  private static final class EmbeddedJetty implements EmbeddedContainer {

    private final Server jetty =
        new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    EmbeddedJetty(MetricsWebSocketServer server) {
      ((ServerConnector) jetty.getConnectors()[0]).setIdleTimeout(2000);
      ServletContextHandler application = new ServletContextHandler("/");
      application.setBaseResource(
          ResourceFactory.of(application).newClassLoaderResource("META-INF/resources/"));
      application.addServlet(DefaultServlet.class, "/");
      JakartaWebSocketServletContainerInitializer.configure(
          application, (host, container) -> server.attach(host));
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
    public void stop() throws Exception {
      jetty.stop();
    }
  }
}
