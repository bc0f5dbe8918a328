package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.ClientAddress;
import io.greenlang.metrics.websocket.transport.Handshake;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servlet that handles handshakes in containers that let a servlet upgrade its request. Only a
 * servlet can reject a client with our HTTP status in every such container.
 *
 * <p>It waits for the decision on the request's thread, at most {@value #DECISION_SECONDS} seconds.
 * Asynchronous processing is not an option: Tomcat does not look for an upgrade when a request
 * continues after {@code startAsync}. Checking a token takes only microseconds.
 */
final class MetricsServlet extends HttpServlet {

  private static final long serialVersionUID = 1;
  private static final Logger log = LoggerFactory.getLogger(MetricsServlet.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);
  private static final int DECISION_SECONDS = 5;
  private static final int UPGRADE_REQUIRED = 426;
  private static final int FIELDS_TOO_LARGE = 431;
  private static final String VERSION = "13";

  /**
   * The maximum length of a field. A token has at most 8 KiB; containers accept more by default,
   * and up to 1 MiB.
   */
  private static final int MAX_LENGTH = 12 * 1024;

  private final transient JakartaTransport transport;

  MetricsServlet(JakartaTransport transport) {
    this.transport = transport;
  }

  /** Fails early, with the reason, if the container has no WebSocket support. */
  @Override
  public void init() throws ServletException {
    if (JakartaTransport.containerOf(getServletContext()) == null) {
      throw new ServletException(
          "this web application has no WebSocket support: add the container's WebSocket module"
              + " (Tomcat: WsSci; Jetty: JakartaWebSocketServletContainerInitializer.configure;"
              + " Undertow: WebSocketDeploymentInfo); see docs/reference/container-differences.md");
    }
  }

  /** Closes all sessions when the web application stops, whether or not the server was stopped. */
  @Override
  public void destroy() {
    transport.closeGracefully();
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    // The raw path: an encoded or decorated spelling of the path is a different path.
    if (!request.getRequestURI().equals(request.getContextPath() + transport.path())) {
      respond(response, HttpServletResponse.SC_NOT_FOUND, "Not found");
    } else if (!asksToUpgrade(request)) {
      response.setHeader("Upgrade", "websocket");
      respondAndClose(response, UPGRADE_REQUIRED, "This is a WebSocket: upgrade");
    } else if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
      response.setHeader("Sec-WebSocket-Version", VERSION);
      respondAndClose(response, UPGRADE_REQUIRED, "This is a WebSocket of version " + VERSION);
    } else if (!hasOneKey(request)) {
      respond(
          response,
          HttpServletResponse.SC_BAD_REQUEST,
          "Sec-WebSocket-Key must be 16 bytes in base64");
    } else if (Collections.list(request.getHeaders("Authorization")).size() > 1) {
      respond(response, HttpServletResponse.SC_BAD_REQUEST, "Authorization must not be repeated");
    } else if (tooLong(request.getQueryString()) || tooLong(bearerToken(request))) {
      respond(response, FIELDS_TOO_LARGE, "The token is too long");
    } else {
      decideIfValid(request, response);
    }
  }

  private void decideIfValid(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String problem = HandshakeSyntax.problem(request);
    if (problem == null) {
      decide(request, response);
    } else {
      log.debug(
          "Rejected a malformed handshake of {}: {}", transport.client(request).label(), problem);
      respond(response, HttpServletResponse.SC_BAD_REQUEST, problem);
    }
  }

  /**
   * Returns whether the request asks for an upgrade. Undertow itself would upgrade without the
   * {@code Connection} header, whatever a proxy makes of it.
   */
  private static boolean asksToUpgrade(HttpServletRequest request) {
    return request.getMethod().equals("GET")
        && "websocket".equalsIgnoreCase(request.getHeader("Upgrade"))
        && Handshake.splitLists(Collections.list(request.getHeaders("Connection"))).stream()
            .anyMatch("upgrade"::equalsIgnoreCase);
  }

  private static boolean hasOneKey(HttpServletRequest request) {
    List<String> keys = Collections.list(request.getHeaders("Sec-WebSocket-Key"));
    return keys.size() == 1 && Handshake.isKey(keys.get(0));
  }

  /** Returns the token in {@code Authorization}. The credentials of a proxy may have any length. */
  private static @Nullable String bearerToken(HttpServletRequest request) {
    String authorization = request.getHeader("Authorization");
    return authorization == null ? null : Handshake.bearerToken(authorization);
  }

  private static boolean tooLong(@Nullable String field) {
    return field != null && field.length() > MAX_LENGTH;
  }

  private void decide(HttpServletRequest request, HttpServletResponse response) throws IOException {
    ClientAddress client = transport.client(request);
    Handshake handshake;
    try {
      handshake = HandshakeReader.read(request, client);
    } catch (IllegalArgumentException e) {
      respond(response, HttpServletResponse.SC_BAD_REQUEST, "The query cannot be decoded");
      return;
    }
    Admission admission = decision(handshake);
    if (admission instanceof Admission.Accepted) {
      upgrade(request, response, new PendingHandshake(admission, client.label()));
    } else if (admission instanceof Admission.Rejected rejected) {
      if (rejected.status() == HttpServletResponse.SC_UNAUTHORIZED) {
        response.setHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
      }
      if (rejected.retryAfterSeconds() > 0) {
        response.setIntHeader("Retry-After", rejected.retryAfterSeconds());
      }
      respond(response, rejected.status(), "Refused");
    }
  }

  private Admission decision(Handshake handshake) {
    try {
      return transport
          .admit(handshake)
          .toCompletableFuture()
          .get(DECISION_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      failureLog.error("Failed to authorize a handshake", e.getCause());
      return new Admission.Rejected(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
    } catch (TimeoutException e) {
      failureLog.warn("Handshake not decided within {} s; client refused", DECISION_SECONDS);
      return new Admission.Rejected(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Admission.Rejected(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    }
  }

  private void upgrade(
      HttpServletRequest request, HttpServletResponse response, PendingHandshake pending)
      throws IOException {
    ServerContainer container = JakartaTransport.containerOf(getServletContext());
    if (container == null) {
      respond(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "No WebSocket");
      return;
    }
    try {
      container.upgradeHttpToWebSocket(request, response, endpointConfig(pending), Map.of());
    } catch (DeploymentException | RuntimeException e) {
      failureLog.error("{} failed to upgrade a request", container.getClass().getName(), e);
      if (!response.isCommitted()) {
        respond(response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "Internal error");
      }
    }
  }

  private ServerEndpointConfig endpointConfig(PendingHandshake pending) {
    return ServerEndpointConfig.Builder.create(MetricsEndpoint.class, transport.path())
        .configurator(new MetricsEndpointConfigurator.Admitted(transport, pending))
        .build();
  }

  /**
   * Responds and closes the connection. The client uses another protocol, so its next bytes would
   * be misread.
   */
  private static void respondAndClose(HttpServletResponse response, int status, String message)
      throws IOException {
    response.setHeader("Connection", "close");
    respond(response, status, message);
  }

  /** Responds without {@code sendError}, which would render the application's own error pages. */
  private static void respond(HttpServletResponse response, int status, String message)
      throws IOException {
    response.setStatus(status);
    response.setContentType("text/plain");
    response.setCharacterEncoding("UTF-8");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.getWriter().write(message + "\n");
  }
}
