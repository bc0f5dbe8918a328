package io.greenlang.metrics.containers;

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
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** An embedded Undertow with one application at the root context. */
final class EmbeddedUndertow implements EmbeddedContainer {

  /**
   * The outcomes in which this container differs; each is a row of
   * docs/reference/container-differences.md.
   */
  static final Map<String, String> OUTCOME_OVERRIDES =
      Map.ofEntries(
          Map.entry("a client's ping", "answered by the container"),
          Map.entry("a connection over the per-second limit", "503"),
          Map.entry("text that claims 2^63-1 bytes", "no response"),
          Map.entry("text that claims -1 bytes", "no response"),
          Map.entry("text that claims -2^63 bytes", "no response"),
          Map.entry("a length in a non-minimal encoding", "no response"),
          Map.entry("an unmasked ping", "pong"));

  private final DeploymentManager deployment;
  private final Undertow undertow;

  EmbeddedUndertow(Consumer<ServletContext> onStartup, int port, int requestTimeoutMillis) {
    ClassLoader loader = EmbeddedUndertow.class.getClassLoader();
    ServletContainerInitializer initializer =
        (types, servletContext) -> onStartup.accept(servletContext);
    DeploymentInfo info =
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
                    initializer.getClass(), new ImmediateInstanceFactory<>(initializer), Set.of()));
    deployment = Servlets.newContainer().addDeployment(info);
    deployment.deploy();
    try {
      undertow =
          Undertow.builder()
              .addHttpListener(port, "127.0.0.1")
              .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, requestTimeoutMillis)
              .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, requestTimeoutMillis)
              .setHandler(deployment.start())
              .build();
    } catch (ServletException e) {
      throw new IllegalStateException("failed to start Undertow", e);
    }
    undertow.start();
  }

  @Override
  public int port() {
    return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
  }

  @Override
  public void undeploy() throws ServletException {
    deployment.stop();
  }

  @Override
  public void stop() throws ServletException {
    undertow.stop();
    deployment.stop();
    deployment.undeploy();
  }
}
