package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.websocket.dashboard.DashboardFiles;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.ClientAddress;
import io.greenlang.metrics.websocket.transport.ContainerTransport;
import io.greenlang.metrics.websocket.transport.Handshake;
import io.greenlang.metrics.websocket.transport.HttpEndpoints;
import io.greenlang.metrics.websocket.transport.TransportContext;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The transport of one servlet or WebSocket container. A container cannot remove an endpoint, so
 * the endpoint remains installed and rejects clients while the server is not running. Thread-safe.
 */
@SuppressWarnings("exports") // exported for Jetty only
public final class JakartaTransport implements ContainerTransport {

  private static final String CONTAINER = "jakarta.websocket.server.ServerContainer";
  private static final String TYRUS = "org.glassfish.tyrus.";
  private static final int UNAVAILABLE = 503;

  private final String path;
  private final String ssePath;
  private final List<HttpEndpoint> endpoints;
  private final DashboardFiles dashboards;
  private @Nullable JakartaRuntime runtime;

  /**
   * Creates a transport that is not yet installed.
   *
   * @param path the path of the WebSocket, relative to the web application's context
   * @param ssePath the path of server-sent events, likewise
   * @param endpoints the HTTP endpoints, whose paths are relative to the same context
   * @param dashboards the dashboards of the builder
   */
  public JakartaTransport(
      String path, String ssePath, List<HttpEndpoint> endpoints, DashboardFiles dashboards) {
    this.path = path;
    this.ssePath = ssePath;
    this.endpoints = List.copyOf(endpoints);
    this.dashboards = dashboards;
  }

  /**
   * Adds a servlet at the path or, on Tyrus, where a servlet cannot upgrade a request, an endpoint.
   * Adds a servlet for server-sent events, and one for each HTTP endpoint and each dashboard.
   *
   * @throws IllegalStateException if the container does not accept it, or no longer does; the
   *     message gives the reason and the remedy
   */
  public void install(ServletContext servletContext) {
    endpoints.forEach(
        endpoint ->
            install(servletContext, pattern(endpoint), new HttpEndpointServlet(this, endpoint)));
    for (String file : dashboards.paths()) {
      install(
          servletContext, DashboardServlet.FOLDER + file, new DashboardServlet(dashboards, file));
    }
    install(servletContext, ssePath, new EventStreamServlet(this)).setAsyncSupported(true);
    ServerContainer container = containerOf(servletContext);
    if (container != null && container.getClass().getName().startsWith(TYRUS)) {
      install(container);
      return;
    }
    ServletRegistration.Dynamic servlet = install(servletContext, path, new MetricsServlet(this));
    servlet.setLoadOnStartup(1);
    servlet.setAsyncSupported(true);
  }

  private static String pattern(HttpEndpoint endpoint) {
    return endpoint.servesSubpaths() ? endpoint.path() + "/*" : endpoint.path();
  }

  private static ServletRegistration.Dynamic install(
      ServletContext servletContext, String path, HttpServlet instance) {
    ServletRegistration.Dynamic servlet = addServlet(servletContext, path, instance);
    // "/" would match every path without another servlet; "" matches the root only.
    if (servlet == null || !servlet.addMapping(path.equals("/") ? "" : path).isEmpty()) {
      throw new IllegalStateException(
          "the web application already serves "
              + path
              + "; choose another WS_PATH or WS_SSE_PATH, or another path of the HTTP endpoint");
    }
    return servlet;
  }

  private static ServletRegistration.@Nullable Dynamic addServlet(
      ServletContext servletContext, String path, HttpServlet instance) {
    try {
      return servletContext.addServlet("greenlang-metrics " + path, instance);
    } catch (IllegalStateException | UnsupportedOperationException e) {
      throw new IllegalStateException(
          "the web application no longer accepts servlets: call attach(ServletContext) while it"
              + " starts, from a ServletContainerInitializer or a ServletContextListener, or call"
              + " ContainerEndpoint.attach",
          e);
    }
  }

  /**
   * Adds an endpoint at the path.
   *
   * @throws IllegalStateException if the container does not accept it, or no longer does
   */
  public void install(ServerContainer container) {
    try {
      container.addEndpoint(
          ServerEndpointConfig.Builder.create(MetricsEndpoint.class, path)
              .configurator(new MetricsEndpointConfigurator.Unauthorized(this))
              .build());
    } catch (DeploymentException | RuntimeException e) {
      throw new IllegalStateException(
          "the container accepts no endpoint at "
              + path
              + ": the path is in use, or the container has started (Undertow and Tyrus accept"
              + " endpoints only before)",
          e);
    }
  }

  /** Starts to accept clients. */
  @Override
  public synchronized void start(TransportContext context) {
    runtime = new JakartaRuntime(context);
  }

  /** Stops accepting clients; connected clients stay connected. Idempotent. */
  @Override
  public synchronized void stopAccepting() {
    if (runtime != null) {
      runtime.stopAccepting();
    }
  }

  /** Closes the remaining clients, waits briefly for them, and stops. */
  void closeGracefully() {
    JakartaRuntime current = runtime();
    if (current != null) {
      current.closeAll();
      stop();
    }
  }

  /** Closes all connections and stops the threads. Idempotent. */
  @Override
  public void stop() {
    JakartaRuntime stopped;
    synchronized (this) {
      stopped = runtime;
      runtime = null;
    }
    if (stopped != null) {
      stopped.stop();
    }
  }

  String ssePath() {
    return ssePath;
  }

  String path() {
    return path;
  }

  synchronized @Nullable JakartaRuntime runtime() {
    return runtime;
  }

  /**
   * Decides on a handshake without queueing it, because it would hold one of the container's
   * threads.
   */
  CompletionStage<Admission> admit(Handshake handshake) {
    JakartaRuntime current = runtime();
    return current != null && current.accepting()
        ? current.context().admit(handshake, Duration.ZERO)
        : CompletableFuture.completedFuture(new Admission.Rejected(UNAVAILABLE));
  }

  /** Returns the client of a request, which a trusted proxy may name in one of the headers. */
  ClientAddress client(HttpServletRequest request) {
    ClientAddress peer = new ClientAddress(request.getRemoteAddr(), request.getRemotePort());
    JakartaRuntime current = runtime();
    return current == null
        ? peer
        : current
            .context()
            .proxies()
            .client(peer, name -> Collections.list(request.getHeaders(name)));
  }

  /** Returns the HTTP endpoints of the running server; null while it accepts no clients. */
  @Nullable HttpEndpoints httpEndpoints() {
    JakartaRuntime current = runtime();
    return current != null && current.accepting() ? current.context().httpEndpoints() : null;
  }

  boolean mayConnectFrom(@Nullable String origin) {
    JakartaRuntime current = runtime();
    return origin == null || current == null || current.context().mayAllowOrigin(origin);
  }

  /** Returns the WebSocket container of a web application, or null if it has none. */
  static @Nullable ServerContainer containerOf(ServletContext servletContext) {
    return servletContext.getAttribute(CONTAINER) instanceof ServerContainer container
        ? container
        : null;
  }
}
