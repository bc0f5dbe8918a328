package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.TransportCapability;
import io.greenlang.metrics.testkit.TransportServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.handlers.resource.ClassPathResourceManager;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import io.undertow.websockets.jsr.WebSocketDeploymentInfo;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletException;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;

final class UndertowTest extends JakartaContract {

  @Override
  protected TransportServer start(MetricsWebSocketServer.Builder settings) {
    return ContainerServer.start(settings, EmbeddedUndertow::new);
  }

  @Override
  protected Set<TransportCapability> capabilities() {
    Set<TransportCapability> all = EnumSet.allOf(TransportCapability.class);
    all.remove(TransportCapability.OWN_PORT);
    all.remove(TransportCapability.PIPELINING); // shown with /health, which is the host's affair
    return all;
  }

  /** It waits for what a frame claims to hold, and answers an unmasked ping. */
  @Override
  protected Set<String> ownAnswers() {
    return Set.of(
        "text that claims 2^63-1 bytes",
        "text that claims -1 bytes",
        "text that claims -2^63 bytes",
        "a length that needs no eight bytes",
        "an unmasked ping");
  }

  private static final class EmbeddedUndertow implements EmbeddedContainer {

    private final DeploymentManager deployment;
    private final Undertow undertow;

    EmbeddedUndertow(MetricsWebSocketServer server) {
      ClassLoader loader = UndertowTest.class.getClassLoader();
      ServletContainerInitializer attach = (types, host) -> server.attach(host);
      DeploymentInfo application =
          Servlets.deployment()
              .setClassLoader(loader)
              .setContextPath("/")
              .setDeploymentName("test")
              .setResourceManager(new ClassPathResourceManager(loader, "META-INF/resources"))
              .addServletContextAttribute(
                  WebSocketDeploymentInfo.ATTRIBUTE_NAME,
                  new WebSocketDeploymentInfo().setBuffers(new DefaultByteBufferPool(true, 8192)))
              .addServletContainerInitializer(
                  new ServletContainerInitializerInfo(
                      attach.getClass(), new ImmediateInstanceFactory<>(attach), Set.of()));
      deployment = Servlets.newContainer().addDeployment(application);
      deployment.deploy();
      try {
        undertow =
            Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, 2000)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, 2000)
                .setHandler(deployment.start())
                .build();
      } catch (ServletException e) {
        throw new IllegalStateException("Undertow does not start", e);
      }
      undertow.start();
    }

    @Override
    public int port() {
      return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    @Override
    public void stop() throws ServletException {
      undertow.stop();
      deployment.stop();
      deployment.undeploy();
    }
  }
}
