package io.greenlang.metrics.netty;

import io.greenlang.metrics.websocket.transport.Handshake;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of the dashboard, read from its jar if that is on the class path. Each file is read
 * once and cached, so the jar bounds the memory. Safe for any thread that may block.
 */
final class StaticFiles {

  /**
   * A cached file.
   *
   * @param contentType the media type
   * @param content the bytes, outside the heap, so that the socket reads them in place: otherwise
   *     each client that reads slowly would take a copy
   * @param entityTag the value of HTTP's {@code ETag} header for these bytes
   */
  record File(String contentType, ByteBuffer content, String entityTag) {

    /** Returns whether one of the values of {@code If-None-Match} matches the current file. */
    boolean matchesEntityTag(List<String> ifNoneMatch) {
      for (String tag : Handshake.splitLists(ifNoneMatch)) {
        String strong = tag.replaceFirst("^W/", "");
        if (strong.equals(entityTag) || strong.equals("*")) {
          return true;
        }
      }
      return false;
    }
  }

  /** The artifact that contains the dashboard. */
  static final String ARTIFACT = "io.greenlang:greenlang-metrics-dashboard";

  private static final String FOLDER = "META-INF/resources/greenlang-metrics/";

  /**
   * Matches paths whose parts consist of letters, digits, {@code _} and {@code -}, with dots only
   * in between, so no path can leave the folder.
   */
  private static final Pattern PATH =
      Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*(/[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*)*");

  /** The longest name. The pattern recurses for each part of a name. */
  private static final int MAX_NAME = 256;

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

  private final ClassLoader classLoader;
  private final boolean hasDashboard;
  private final ConcurrentMap<String, File> cache = new ConcurrentHashMap<>();

  /** Creates a reader of the files that the loader of this class finds. */
  StaticFiles() {
    this(StaticFiles.class.getClassLoader());
  }

  /** Creates a reader of the files that a class loader finds. */
  StaticFiles(ClassLoader classLoader) {
    this.classLoader = classLoader;
    this.hasDashboard = classLoader.getResource(FOLDER + name("/")) != null;
  }

  /** Returns whether the dashboard's jar is on the class path. */
  boolean hasDashboard() {
    return hasDashboard;
  }

  /**
   * Returns the file at a path; null if there is none.
   *
   * @param path the path of the request, beginning with a slash; {@code /} means {@code
   *     /index.html}
   * @throws IOException if the file cannot be read
   */
  @Nullable File find(String path) throws IOException {
    String name = name(path);
    File file = cache.get(name);
    if (file != null || name.length() > MAX_NAME || !PATH.matcher(name).matches()) {
      return file;
    }
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    return type == null ? null : load(name, type);
  }

  /** Returns the file at a path if it was read before; otherwise null. Does not block. */
  @Nullable File cached(String path) {
    return cache.get(name(path));
  }

  /**
   * Reads the file at a path on a worker. The result is null if there is none; if the file cannot
   * be read, the stage fails.
   *
   * @throws RejectedExecutionException if the worker does not accept the task
   */
  CompletableFuture<@Nullable File> load(String path, Executor worker) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return find(path);
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        worker);
  }

  /** Returns the text for a client that asks for a path without a file. */
  String missing(String path) {
    return path.equals("/") && !hasDashboard
        ? "No dashboard: " + ARTIFACT + " is not on the class path of this server"
        : "Not found";
  }

  private static String name(String path) {
    return path.equals("/") ? "index.html" : path.substring(1);
  }

  private @Nullable File load(String name, String type) throws IOException {
    try (InputStream in = classLoader.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        return null;
      }
      byte[] content = in.readAllBytes();
      ByteBuffer direct = ByteBuffer.allocateDirect(content.length).put(content).flip();
      File loaded = new File(type, direct, entityTag(content));
      cache.put(name, loaded);
      return loaded;
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
