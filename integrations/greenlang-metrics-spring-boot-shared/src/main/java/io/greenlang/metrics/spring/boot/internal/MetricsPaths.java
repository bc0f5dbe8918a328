package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * The requests that Spring Security leaves to the metrics server: its paths, publications over HTTP
 * if they are enabled, and the files of the dashboard if clients have tokens. The files hold no
 * data. Without tokens the dashboard stays behind the login of the application, which redirects to
 * its page.
 */
public final class MetricsPaths implements RequestMatcher {

  private static final Logger log = LoggerFactory.getLogger(MetricsPaths.class);

  /** The paths of the WebSocket and of server-sent events. */
  private final List<String> serverPaths;

  private final boolean includesPublishing;
  private final boolean includesDashboard;

  /** Creates a matcher. */
  public MetricsPaths(GreenlangMetricsProperties properties, boolean includesDashboard) {
    this.serverPaths = List.of(properties.path(), properties.ssePath());
    this.includesPublishing = properties.httpPublishing();
    this.includesDashboard = includesDashboard && properties.dashboard().enabled();
    log.debug("The metrics server checks the requests for {} itself", this);
  }

  @Override
  public boolean matches(HttpServletRequest request) {
    String path = DashboardServlet.path(request);
    return serverPaths.contains(path)
        || (includesPublishing && path.startsWith(ObservedPathFilter.PUBLISH_FOLDER))
        || (includesDashboard && DashboardServlet.contains(path));
  }

  /** Returns the paths, for the log. */
  @Override
  public String toString() {
    return String.join(" and ", serverPaths)
        + (includesPublishing ? " and " + ObservedPathFilter.PUBLISH_FOLDER + "**" : "")
        + (includesDashboard ? " and " + DashboardServlet.FOLDER + "/**" : "");
  }
}
