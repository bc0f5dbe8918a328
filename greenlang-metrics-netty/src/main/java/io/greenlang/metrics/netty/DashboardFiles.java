package io.greenlang.metrics.netty;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The dashboard's files, from its jar if that is on the class path. Each is read once and kept, so
 * the memory is bounded by the jar. Any thread that may block.
 */
final class DashboardFiles {

  /**
   * A file.
   *
   * @param contentType what it is
   * @param content its bytes, never changed
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record File(String contentType, byte[] content) {}

  private static final String FOLDER = "META-INF/resources/greenlang-metrics/";

  /** Parts of letters and digits, with dots only inside: there is no way out of the folder. */
  private static final Pattern PATH =
      Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*(/[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*)*");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "mjs", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/x-icon",
          "json", "application/json",
          "txt", "text/plain; charset=utf-8");

  private final ConcurrentMap<String, File> known = new ConcurrentHashMap<>();

  /**
   * The file at a path.
   *
   * @param path of the request, beginning with a slash; {@code /} is {@code /index.html}
   * @return null if there is none
   * @throws IOException if it cannot be read
   */
  @Nullable File find(String path) throws IOException {
    String name = path.equals("/") ? "index.html" : path.substring(1);
    File file = known.get(name);
    if (file != null || !PATH.matcher(name).matches()) {
      return file;
    }
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null) {
      return null;
    }
    try (InputStream in =
        DashboardFiles.class.getClassLoader().getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        return null;
      }
      File read = new File(type, in.readAllBytes());
      known.put(name, read);
      return read;
    }
  }
}
