package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.websocket.dashboard.DashboardFiles;
import io.greenlang.metrics.websocket.http.HttpReply;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The servlet of one file of the builder's dashboards. The container serves the other files of the
 * page from its resources, or from a servlet of the application.
 */
final class DashboardServlet extends HttpServlet {

  /** The folder of the page in a web application. */
  static final String FOLDER = "/greenlang-metrics/";

  private static final long serialVersionUID = 1;

  private final transient DashboardFiles dashboards;
  private final String file;

  DashboardServlet(DashboardFiles dashboards, String file) {
    this.dashboards = dashboards;
    this.file = file;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    byte[] content = dashboards.find(file);
    byte[] body = content == null ? dashboards.index(readIndex()) : content;
    HttpEndpointServlet.write(
        response, HttpReply.of(HttpServletResponse.SC_OK, "application/json", body));
  }

  /** Returns the list of the application's files: its resource, or on its class path. */
  private byte @Nullable [] readIndex() throws IOException {
    InputStream resource = getServletContext().getResourceAsStream(FOLDER + DashboardFiles.INDEX);
    if (resource == null) {
      String path = "META-INF/resources" + FOLDER + DashboardFiles.INDEX;
      resource = DashboardServlet.class.getClassLoader().getResourceAsStream(path);
    }
    try (InputStream in = resource) {
      return in == null ? null : in.readAllBytes();
    }
  }
}
