package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.websocket.transport.StaticFile;
import io.greenlang.metrics.websocket.transport.StaticFiles;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Collections;
import java.util.List;

/**
 * The servlet of the dashboard's files, which are in the dashboard's jar. It does not depend on
 * Spring MVC, and serves the folder's page.
 */
public final class DashboardServlet extends HttpServlet {

  /** The path of the dashboard within the application, without the last slash. */
  public static final String FOLDER = "/greenlang-metrics";

  private static final long serialVersionUID = 1;
  private static final String SECURITY_POLICY =
      "default-src 'self'; connect-src 'self' ws: wss:; frame-ancestors 'self'; base-uri 'none'";

  private final transient StaticFiles files;

  private DashboardServlet(StaticFiles files) {
    this.files = files;
  }

  /** Creates the servlet of the dashboard. */
  public DashboardServlet() {
    this(new StaticFiles());
  }

  /**
   * Creates a servlet that responds with 404 to all requests. Without it, Spring MVC or the servlet
   * container serves the files of the dashboard as resources of its jar.
   */
  public static DashboardServlet disabled() {
    return new DashboardServlet(new StaticFiles().disabled());
  }

  /**
   * Returns the decoded path of a request within the application. The container has removed path
   * parameters and resolved dots, so that it is the path by which it selects a servlet.
   */
  public static String path(HttpServletRequest request) {
    String pathInfo = request.getPathInfo();
    return pathInfo == null ? request.getServletPath() : request.getServletPath() + pathInfo;
  }

  /** Returns whether a path within the application is that of the dashboard or of its files. */
  public static boolean contains(String path) {
    return path.equals(FOLDER) || path.startsWith(FOLDER + "/");
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getPathInfo();
    if (path == null && files.hasDashboard()) {
      response.sendRedirect(request.getContextPath() + FOLDER + "/");
      return;
    }
    StaticFile file = path == null ? null : files.find(path);
    if (file == null) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    StaticFile.Representation selected = file.select(values(request, "Accept-Encoding"));
    setHeaders(response, selected.entityTag(), file.varies());
    if (selected.matchesEntityTag(values(request, "If-None-Match"))) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    if (selected.contentEncoding() != null) {
      response.setHeader("Content-Encoding", selected.contentEncoding());
    }
    response.setContentType(file.contentType());
    response.setContentLength(selected.content().remaining());
    Channels.newChannel(response.getOutputStream()).write(selected.content().duplicate());
  }

  private static List<String> values(HttpServletRequest request, String header) {
    return Collections.list(request.getHeaders(header));
  }

  /** Sets the headers. The names of the files have no hash, so each use asks for changes. */
  private static void setHeaders(HttpServletResponse response, String entityTag, boolean varies) {
    response.setHeader("ETag", entityTag);
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("Content-Security-Policy", SECURITY_POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (varies) {
      response.setHeader("Vary", "Accept-Encoding");
    }
  }
}
