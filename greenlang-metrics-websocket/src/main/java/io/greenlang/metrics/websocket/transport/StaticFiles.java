package io.greenlang.metrics.websocket.transport;

import io.greenlang.metrics.websocket.dashboard.DashboardFiles;
import io.greenlang.metrics.websocket.transport.StaticFile.Representation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
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
 * The files of the dashboard, read from its jar if that is on the class path. Next to a file may be
 * compressed copies with the same name and the extension {@code .br} or {@code .gz}. Each file is
 * read once and cached, so the jar bounds the memory. Safe for any thread that may block.
 *
 * <p>An application can add dashboards: files in the folder {@code dashboards} beside those of the
 * jar, listed in its {@code index.json}, and those of the server's builder.
 */
public final class StaticFiles {

  /** The artifact that contains the dashboard. */
  public static final String ARTIFACT = "io.greenlang:greenlang-metrics-dashboard";

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

  /** The extensions of compressed copies and their content codings, the smallest copy first. */
  private static final List<Map.Entry<String, String>> CODINGS =
      List.of(Map.entry(".br", "br"), Map.entry(".gz", "gzip"));

  private final ClassLoader classLoader;
  private final DashboardFiles dashboards;
  private final boolean enabled;
  private final boolean hasDashboard;
  private final ConcurrentMap<String, StaticFile> cache = new ConcurrentHashMap<>();

  /** Creates a reader of the files that the loader of this class finds. */
  public StaticFiles() {
    this(StaticFiles.class.getClassLoader());
  }

  /** Creates a reader of the files that a class loader finds. */
  public StaticFiles(ClassLoader classLoader) {
    this(classLoader, DashboardFiles.NONE, true);
  }

  private StaticFiles(ClassLoader classLoader, DashboardFiles dashboards, boolean enabled) {
    this.classLoader = classLoader;
    this.dashboards = dashboards;
    this.enabled = enabled;
    this.hasDashboard = enabled && classLoader.getResource(FOLDER + name("/")) != null;
  }

  /** Returns a reader of the same files and of further dashboards. */
  public StaticFiles with(DashboardFiles added) {
    return new StaticFiles(classLoader, added, enabled);
  }

  /** Returns a reader that finds no file, for a server that does not serve the dashboard. */
  public StaticFiles disabled() {
    return new StaticFiles(classLoader, DashboardFiles.NONE, false);
  }

  /** Returns whether the dashboard is served and its jar is on the class path. */
  public boolean hasDashboard() {
    return hasDashboard;
  }

  /**
   * Returns the file at a path; null if there is none.
   *
   * @param path the path of the request, beginning with a slash; {@code /} means {@code
   *     /index.html}
   * @throws IOException if the file cannot be read
   */
  public @Nullable StaticFile find(String path) throws IOException {
    String name = name(path);
    StaticFile file = cache.get(name);
    if (file != null || !enabled || name.length() > MAX_NAME || !PATH.matcher(name).matches()) {
      return file;
    }
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    return type == null ? null : load(name, type);
  }

  /** Returns the file at a path if it was read before; otherwise null. Does not block. */
  public @Nullable StaticFile cached(String path) {
    return cache.get(name(path));
  }

  /**
   * Reads the file at a path on a worker. The result is null if there is none; if the file cannot
   * be read, the stage fails.
   *
   * @throws RejectedExecutionException if the worker does not accept the task
   */
  public CompletableFuture<@Nullable StaticFile> load(String path, Executor worker) {
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
  public String missing(String path) {
    return path.equals("/") && enabled && !hasDashboard
        ? "No dashboard: " + ARTIFACT + " is not on the class path of this server"
        : "Not found";
  }

  private static String name(String path) {
    return path.equals("/") ? "index.html" : path.substring(1);
  }

  private @Nullable StaticFile load(String name, String type) throws IOException {
    byte[] content = content(name);
    if (content == null) {
      return null;
    }
    List<Representation> compressed = new ArrayList<>(CODINGS.size());
    for (Map.Entry<String, String> coding : CODINGS) {
      byte[] copy = read(name + coding.getKey());
      if (copy != null && !name.equals(DashboardFiles.INDEX)) {
        compressed.add(representation(coding.getValue(), copy));
      }
    }
    StaticFile loaded = new StaticFile(type, representation(null, content), compressed);
    cache.put(name, loaded);
    return loaded;
  }

  private byte @Nullable [] content(String name) throws IOException {
    byte[] added = dashboards.find(name);
    byte[] file = added == null ? read(name) : added;
    return hasDashboard && name.equals(DashboardFiles.INDEX) ? dashboards.index(file) : file;
  }

  private byte @Nullable [] read(String name) throws IOException {
    try (InputStream in = classLoader.getResourceAsStream(FOLDER + name)) {
      return in == null ? null : in.readAllBytes();
    }
  }

  private static Representation representation(@Nullable String coding, byte[] content) {
    ByteBuffer direct = ByteBuffer.allocateDirect(content.length).put(content).flip();
    return new Representation(coding, direct, entityTag(content));
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
