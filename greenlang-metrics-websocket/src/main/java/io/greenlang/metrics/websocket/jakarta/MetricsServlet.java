package io.greenlang.metrics.websocket.jakarta;

import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Connection;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door for handshakes where a container lets a servlet upgrade its request: only here can a
 * client be answered with a status of ours in every such container.
 *
 * <p>Waits for the decision on the request's thread, at most {@value #DECISION_SECONDS} seconds.
 * Tomcat does not look for an upgrade when a request goes on after {@code startAsync}, and checking
 * a token takes microseconds.
 */
final class MetricsServlet extends HttpServlet {

  private static final long serialVersionUID = 1;
  private static final Logger log = LoggerFactory.getLogger(MetricsServlet.class);
  private static final int DECISION_SECONDS = 5;
  private static final int UPGRADE_REQUIRED = 426;
  private static final int FIELDS_TOO_LARGE = 431;
  private static final String VERSION = "13";

  /** A token has at most 8 KiB; containers take more by default, and up to 1 MiB. */
  private static final int MAX_LENGTH = 12 * 1024;

  private final transient JakartaTransport transport;

  MetricsServlet(JakartaTransport transport) {
    this.transport = transport;
  }

  /** Fails early, and says why, where there is no WebSocket to upgrade to. */
  @Override
  public void init() throws ServletException {
    if (JakartaTransport.containerOf(getServletContext()) == null) {
      throw new ServletException(
          "this web application has no WebSocket: add the container's WebSocket module (Tomcat:"
              + " WsSci; Jetty: JakartaWebSocketServletContainerInitializer.configure; Undertow:"
              + " WebSocketDeploymentInfo); see docs/embedding.md");
    }
  }

  /** The web application ends, and its sessions with it, whether or not the server was stopped. */
  @Override
  public void destroy() {
    transport.leave();
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    // The raw path: an encoded or decorated spelling of a path is another path.
    if (!request.getRequestURI().equals(request.getContextPath() + transport.path())) {
      answer(response, HttpServletResponse.SC_NOT_FOUND, "Not found");
    } else if (!asksToUpgrade(request)) {
      response.setHeader("Upgrade", "websocket");
      answerLast(response, UPGRADE_REQUIRED, "This is a WebSocket: upgrade");
    } else if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
      response.setHeader("Sec-WebSocket-Version", VERSION);
      answerLast(response, UPGRADE_REQUIRED, "This is a WebSocket of version " + VERSION);
    } else if (request.getHeader("Sec-WebSocket-Key") == null) {
      answer(response, HttpServletResponse.SC_BAD_REQUEST, "The handshake has no key");
    } else if (tooLong(request.getQueryString()) || tooLong(request.getHeader("Authorization"))) {
      answer(response, FIELDS_TOO_LARGE, "The token is too long");
    } else {
      decide(request, response);
    }
  }

  /** Undertow itself would upgrade without {@code Connection}, whatever a proxy makes of it. */
  private static boolean asksToUpgrade(HttpServletRequest request) {
    return request.getMethod().equals("GET")
        && "websocket".equalsIgnoreCase(request.getHeader("Upgrade"))
        && Handshakes.split(Collections.list(request.getHeaders("Connection"))).stream()
            .anyMatch("upgrade"::equalsIgnoreCase);
  }

  private static boolean tooLong(@Nullable String field) {
    return field != null && field.length() > MAX_LENGTH;
  }

  private void decide(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Handshake handshake;
    try {
      handshake = Handshakes.of(request);
    } catch (IllegalArgumentException e) {
      answer(response, HttpServletResponse.SC_BAD_REQUEST, "The query cannot be decoded");
      return;
    }
    Admission admission = decision(handshake);
    if (admission instanceof Admission.Opened) {
      upgrade(request, response, admission);
    } else if (admission instanceof Admission.Refused refused) {
      if (refused.retryAfterSeconds() > 0) {
        response.setIntHeader("Retry-After", refused.retryAfterSeconds());
      }
      answer(response, refused.status(), "Refused");
    }
  }

  private Admission decision(Handshake handshake) {
    try {
      return transport
          .admit(handshake)
          .toCompletableFuture()
          .get(DECISION_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      log.error("a handshake could not be decided on", e.getCause());
      return new Admission.Refused(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
    } catch (TimeoutException e) {
      log.warn("a handshake was not decided on in {} s; client refused", DECISION_SECONDS);
      return new Admission.Refused(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Admission.Refused(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    }
  }

  private void upgrade(
      HttpServletRequest request, HttpServletResponse response, Admission admission)
      throws IOException {
    String peer = Connection.label(request.getRemoteAddr(), request.getRemotePort());
    Arrival arrival = new Arrival(CompletableFuture.completedFuture(admission), peer);
    ServerEndpointConfig config =
        ServerEndpointConfig.Builder.create(MetricsEndpoint.class, transport.path())
            .configurator(new GreenlangConfigurator.Admitted(transport, arrival))
            .build();
    ServerContainer container = JakartaTransport.containerOf(getServletContext());
    if (container == null) {
      answer(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "No WebSocket");
      return;
    }
    try {
      container.upgradeHttpToWebSocket(request, response, config, Map.of());
    } catch (DeploymentException | RuntimeException e) {
      log.error("{} cannot upgrade a request", container.getClass().getName(), e);
      if (!response.isCommitted()) {
        answer(response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "Internal error");
      }
    }
  }

  /** To one that speaks something else, so that what it says next would not be understood. */
  private static void answerLast(HttpServletResponse response, int status, String text)
      throws IOException {
    response.setHeader("Connection", "close");
    answer(response, status, text);
  }

  /** Not {@code sendError}, which would bring the host's own error pages. */
  private static void answer(HttpServletResponse response, int status, String text)
      throws IOException {
    response.setStatus(status);
    response.setContentType("text/plain");
    response.setCharacterEncoding("UTF-8");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.getWriter().write(text + "\n");
  }
}
