package io.greenlang.metrics.websocket.jakarta;

import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import io.greenlang.metrics.websocket.transport.HostedTransport;
import io.greenlang.metrics.websocket.transport.TransportContext;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The server's place in one container. A container cannot be rid of an endpoint again, so it stays
 * where it was installed, and refuses while the server does not run. Any thread.
 */
public final class JakartaTransport implements HostedTransport {

  private static final String CONTAINER = "jakarta.websocket.server.ServerContainer";
  private static final String TYRUS = "org.glassfish.tyrus.";
  private static final int UNAVAILABLE = 503;

  private final String path;
  private @Nullable JakartaRuntime runtime;

  /**
   * A transport that is installed nowhere.
   *
   * @param path of the WebSocket, within the host's context
   */
  public JakartaTransport(String path) {
    this.path = path;
  }

  /**
   * Adds a servlet at the path; or, on Tyrus, where a servlet cannot upgrade, an endpoint.
   *
   * @throws IllegalStateException if the container does not take one (any more); the message says
   *     why and what to do
   */
  public void install(ServletContext host) {
    ServerContainer container = containerOf(host);
    if (container != null && container.getClass().getName().startsWith(TYRUS)) {
      install(container);
      return;
    }
    ServletRegistration.Dynamic servlet;
    try {
      servlet = host.addServlet("greenlang-metrics " + path, new MetricsServlet(this));
    } catch (IllegalStateException | UnsupportedOperationException e) {
      throw new IllegalStateException(
          "the web application takes no servlet any more: call attach(ServletContext) from a"
              + " ServletContainerInitializer or a ServletContextListener, while it starts, or"
              + " attach(ServerContainer)",
          e);
    }
    // "/" would be every path that has no other servlet; "" is the root alone.
    if (servlet == null || !servlet.addMapping(path.equals("/") ? "" : path).isEmpty()) {
      throw new IllegalStateException(
          "the web application has something at " + path + " already; choose another WS_PATH");
    }
    servlet.setLoadOnStartup(1);
    servlet.setAsyncSupported(true);
  }

  /**
   * Adds an endpoint at the path.
   *
   * @throws IllegalStateException if the container does not take one (any more)
   */
  public void install(ServerContainer container) {
    try {
      container.addEndpoint(
          ServerEndpointConfig.Builder.create(MetricsEndpoint.class, path)
              .configurator(new GreenlangConfigurator.Open(this))
              .build());
    } catch (DeploymentException | RuntimeException e) {
      throw new IllegalStateException(
          "the container takes no endpoint at "
              + path
              + ": something is there already, or it has started (Undertow and Tyrus take them"
              + " before only)",
          e);
    }
  }

  /** Begins to let clients in. */
  @Override
  public synchronized void begin(TransportContext context) {
    runtime = new JakartaRuntime(context);
  }

  /** Lets nobody in from now on; who is in stays. Idempotent. */
  @Override
  public synchronized void stopAccepting() {
    if (runtime != null) {
      runtime.stopAccepting();
    }
  }

  /** Tells the clients that are left that they must go, and stops. Waits for them, but not long. */
  void leave() {
    JakartaRuntime leaving = runtime();
    if (leaving != null) {
      leaving.closeAll();
      stop();
    }
  }

  /** Ends what is open, and the threads. Idempotent. */
  @Override
  public void stop() {
    JakartaRuntime ending;
    synchronized (this) {
      ending = runtime;
      runtime = null;
    }
    if (ending != null) {
      ending.stop();
    }
  }

  String path() {
    return path;
  }

  synchronized @Nullable JakartaRuntime runtime() {
    return runtime;
  }

  /** Decides at once: a handshake that waits would hold a thread of the host's. */
  CompletionStage<Admission> admit(Handshake handshake) {
    JakartaRuntime current = runtime();
    return current != null && current.accepting()
        ? current.context().admit(handshake, Duration.ZERO)
        : CompletableFuture.completedFuture(new Admission.Refused(UNAVAILABLE));
  }

  boolean mayConnectFrom(@Nullable String origin) {
    JakartaRuntime current = runtime();
    return origin == null || current == null || current.context().mayConnectFrom(origin);
  }

  /** The WebSocket container of a web application, or null if it has none. */
  static @Nullable ServerContainer containerOf(ServletContext host) {
    return host.getAttribute(CONTAINER) instanceof ServerContainer container ? container : null;
  }
}
