package io.greenlang.metrics.netty;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
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
   * @param entityTag stands for the bytes in HTTP's {@code ETag}
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record File(String contentType, byte[] content, String entityTag) {

    /** Whether one of the values of {@code If-None-Match} names this file as it is now. */
    boolean isMatchedBy(List<String> ifNoneMatch) {
      for (String header : ifNoneMatch) {
        for (String tag : header.split(",", -1)) {
          String strong = tag.trim().replaceFirst("^W/", "");
          if (strong.equals(entityTag) || strong.equals("*")) {
            return true;
          }
        }
      }
      return false;
    }
  }

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
      byte[] content = in.readAllBytes();
      File read = new File(type, content, entityTag(content));
      known.put(name, read);
      return read;
    }
  }

  private static String entityTag(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + HexFormat.of().formatHex(hash, 0, 16) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
