package io.greenlang.metrics.spring.boot.internal;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The servlet of the dashboard's files, which are in the dashboard's jar. It does not depend on
 * Spring MVC, and serves the folder's page. Each file is read once, so the jar bounds the memory.
 */
public final class DashboardServlet extends HttpServlet {

  /** The path of the dashboard within the application, without the last slash. */
  public static final String FOLDER = "/greenlang-metrics";

  private static final long serialVersionUID = 1;
  private static final String RESOURCES = "META-INF/resources" + FOLDER + "/";
  private static final Pattern NAME = Pattern.compile("[a-z-]{1,64}\\.(html|js|css|svg|txt)");
  private static final String SECURITY_POLICY =
      "default-src 'self'; connect-src 'self' ws: wss:; frame-ancestors 'self'; base-uri 'none'";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html;charset=utf-8",
          "js", "text/javascript;charset=utf-8",
          "css", "text/css;charset=utf-8",
          "svg", "image/svg+xml",
          "txt", "text/plain;charset=utf-8");

  private final transient ConcurrentMap<String, File> files = new ConcurrentHashMap<>();

  /**
   * A file of the dashboard.
   *
   * @param content the bytes, which do not change
   * @param entityTag the value of {@code ETag}
   */
  @SuppressWarnings("ArrayRecordComponent") // no code compares files
  private record File(byte[] content, String entityTag) {}

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getPathInfo();
    if (path == null) {
      response.sendRedirect(request.getContextPath() + FOLDER + "/");
      return;
    }
    String name = path.equals("/") ? "index.html" : path.substring(1);
    File file = NAME.matcher(name).matches() ? file(name) : null;
    if (file == null) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    setHeaders(response, file);
    if (file.entityTag.equals(request.getHeader("If-None-Match"))) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    response.setContentType(TYPES.get(name.substring(name.lastIndexOf('.') + 1)));
    response.setContentLength(file.content.length);
    response.getOutputStream().write(file.content);
  }

  /** Sets the headers. The names of the files have no hash, so each use asks for changes. */
  private static void setHeaders(HttpServletResponse response, File file) {
    response.setHeader("ETag", file.entityTag);
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("Content-Security-Policy", SECURITY_POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
  }

  private @Nullable File file(String name) throws IOException {
    File cached = files.get(name);
    if (cached != null) {
      return cached;
    }
    try (InputStream input =
        DashboardServlet.class.getClassLoader().getResourceAsStream(RESOURCES + name)) {
      if (input == null) {
        return null;
      }
      byte[] content = input.readAllBytes();
      File file = new File(content, entityTag(content));
      files.put(name, file);
      return file;
    }
  }

  private static String entityTag(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
