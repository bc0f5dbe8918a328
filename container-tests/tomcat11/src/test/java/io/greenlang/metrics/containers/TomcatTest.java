package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.TransportCapability;
import io.greenlang.metrics.testkit.TransportServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;
import org.junit.jupiter.api.io.TempDir;

final class TomcatTest extends JakartaContract {

  @TempDir Path folder;

  @Override
  protected TransportServer start(MetricsWebSocketServer.Builder settings) {
    return ContainerServer.start(settings, server -> new EmbeddedTomcat(server, folder));
  }

  @Override
  protected Set<TransportCapability> capabilities() {
    Set<TransportCapability> all = EnumSet.allOf(TransportCapability.class);
    all.remove(TransportCapability.OWN_PORT);
    all.remove(TransportCapability.PIPELINING); // shown with /health, which is the host's affair
    return all;
  }

  /** It waits for what a frame claims to hold, and ends some broken frames with another code. */
  @Override
  protected Set<String> ownAnswers() {
    return Set.of(
        "text that claims 2^63-1 bytes",
        "a length that needs no eight bytes",
        "opcode 7",
        "close with a reason that is not UTF-8");
  }

  private static final class EmbeddedTomcat implements EmbeddedContainer {

    private final Tomcat tomcat = new Tomcat();

    EmbeddedTomcat(MetricsWebSocketServer server, Path folder) {
      tomcat.setBaseDir(folder.toString());
      tomcat.setSilent(true);
      tomcat.setPort(0);
      tomcat.getConnector().setProperty("address", "127.0.0.1");
      tomcat.getConnector().setProperty("connectionTimeout", "2000");
      Context context = tomcat.addWebapp("", folder.toString());
      context.addServletContainerInitializer(new WsSci(), null);
      context.addServletContainerInitializer((types, host) -> server.attach(host), null);
      try {
        tomcat.start();
      } catch (LifecycleException e) {
        throw new IllegalStateException("Tomcat does not start", e);
      }
    }

    @Override
    public int port() {
      return tomcat.getConnector().getLocalPort();
    }

    @Override
    public void stop() throws LifecycleException {
      tomcat.stop();
      tomcat.destroy();
    }
  }
}
