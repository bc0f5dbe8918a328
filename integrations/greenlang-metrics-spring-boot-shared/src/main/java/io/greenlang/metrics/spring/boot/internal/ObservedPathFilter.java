package io.greenlang.metrics.spring.boot.internal;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * A filter that names the path of handshakes and of the dashboard's files in {@code
 * http.server.requests}. Spring would give them the tag {@code uri=UNKNOWN}, because no controller
 * handles them.
 */
public final class ObservedPathFilter extends HttpFilter {

  private static final long serialVersionUID = 1;

  private final String webSocketPath;

  /**
   * Creates a filter of the paths of the server and of the dashboard.
   *
   * @param webSocketPath the path of the WebSocket
   */
  public ObservedPathFilter(String webSocketPath) {
    this.webSocketPath = webSocketPath;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    ServerHttpObservationFilter.findObservationContext(request)
        .ifPresent(context -> context.setPathPattern(pattern(request)));
    chain.doFilter(request, response);
  }

  private String pattern(HttpServletRequest request) {
    return request.getServletPath().startsWith(DashboardServlet.FOLDER)
        ? DashboardServlet.FOLDER + "/**"
        : webSocketPath;
  }
}
