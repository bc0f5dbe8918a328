package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * A filter that names the path of handshakes, publications and the dashboard's files in {@code
 * http.server.requests}. Spring would give them the tag {@code uri=UNKNOWN}, because no controller
 * handles them. Server-sent events have no observation unless the application replaces the bean
 * {@code greenlangMetricsUnobservedStreams}; the filter then names their path, too.
 */
public final class ObservedPathFilter extends HttpFilter {

  /** The path of publications over HTTP, which precedes the channel. */
  static final String PUBLISH_FOLDER = "/publish/";

  private static final long serialVersionUID = 1;

  /** Creates a filter; {@link #urlPatterns} has the requests that it must see. */
  public ObservedPathFilter() {}

  /** Returns the patterns of the paths of the server and of the dashboard. */
  public static List<String> urlPatterns(GreenlangMetricsProperties properties) {
    List<String> patterns =
        new ArrayList<>(
            List.of(properties.path(), properties.ssePath(), DashboardServlet.FOLDER + "/*"));
    if (properties.httpPublishing()) {
      patterns.add(PUBLISH_FOLDER + "*");
    }
    return patterns;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    ServerHttpObservationFilter.findObservationContext(request)
        .ifPresent(context -> context.setPathPattern(pattern(DashboardServlet.path(request))));
    chain.doFilter(request, response);
  }

  /** Returns the pattern of a path. Those of the streams have no variable part. */
  private static String pattern(String path) {
    if (DashboardServlet.contains(path)) {
      return DashboardServlet.FOLDER + "/**";
    }
    return path.startsWith(PUBLISH_FOLDER) ? PUBLISH_FOLDER + "**" : path;
  }
}
