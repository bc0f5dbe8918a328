package io.greenlang.metrics.websocket.dashboard;

import io.greenlang.metrics.codec.DocumentLimits;
import io.greenlang.metrics.codec.DocumentReader;
import io.greenlang.metrics.codec.MalformedDocumentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The dashboards of a server's builder as files below the page. The page reads the list {@link
 * #INDEX}, which also names the files that the application has on its class path. Immutable.
 */
public final class DashboardFiles {

  /** The path of the list, relative to the page. */
  public static final String INDEX = "dashboards/index.json";

  /** No dashboards. */
  public static final DashboardFiles NONE = new DashboardFiles(Map.of());

  /** The folder of the files, in which no application has its own. */
  private static final String FOLDER = "built/";

  /** The number of shipped dashboards that the page lists. */
  private static final int MAX_DASHBOARDS = 32;

  private static final DocumentReader INDEX_READER =
      DocumentReader.json(new DocumentLimits(Dashboard.MAX_BYTES, 2, 64));

  /** The contents by the path relative to the folder of the list, in the order of the list. */
  private final Map<String, byte[]> files;

  private DashboardFiles(Map<String, byte[]> files) {
    this.files = files;
  }

  /**
   * Returns the files of some dashboards.
   *
   * @throws IllegalArgumentException if two have the same name, or there are more than the page
   *     lists
   */
  public static DashboardFiles of(List<Dashboard> dashboards) {
    if (dashboards.size() > MAX_DASHBOARDS) {
      throw new IllegalArgumentException(
          dashboards.size() + " dashboards were added; the page lists at most " + MAX_DASHBOARDS);
    }
    Map<String, Integer> places = new HashMap<>();
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (Dashboard each : dashboards) {
      int place = places.size() + 1;
      Integer other = places.putIfAbsent(each.name(), place);
      if (other != null) {
        throw new IllegalArgumentException(
            "the dashboards number "
                + other
                + " and "
                + place
                + " have the same name \""
                + each.name()
                + "\"; rename one");
      }
      files.put(FOLDER + place + ".json", each.json().getBytes(StandardCharsets.UTF_8));
    }
    return new DashboardFiles(files);
  }

  /** Returns whether there are no dashboards. */
  public boolean isEmpty() {
    return files.isEmpty();
  }

  /** Returns the paths of the files and of the list, relative to the page; none without a file. */
  public Set<String> paths() {
    return isEmpty()
        ? Set.of()
        : Stream.concat(files.keySet().stream().map(DashboardFiles::path), Stream.of(INDEX))
            .collect(Collectors.toUnmodifiableSet());
  }

  private static String path(String file) {
    return INDEX.substring(0, INDEX.lastIndexOf('/') + 1) + file;
  }

  /** Returns the content of a file by its path relative to the page; null if there is none. */
  public byte @Nullable [] find(String path) {
    String folder = path("");
    return path.startsWith(folder) ? files.get(path.substring(folder.length())) : null;
  }

  /**
   * Returns the content of the list: first the files on the class path, then these.
   *
   * @param onClassPath the list on the class path; null if there is none
   * @throws IOException if that list is malformed
   */
  public byte[] index(byte @Nullable [] onClassPath) throws IOException {
    if (onClassPath != null && isEmpty()) {
      return onClassPath;
    }
    Stream<String> shipped = onClassPath == null ? Stream.of() : names(onClassPath).stream();
    return Stream.concat(shipped, files.keySet().stream())
        .map(QuotedValue::quote)
        .collect(Collectors.joining(",", "[", "]"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> names(byte[] index) throws IOException {
    try {
      if (INDEX_READER.read(index) instanceof List<?> names
          && names.stream().allMatch(String.class::isInstance)) {
        return names.stream().map(String.class::cast).toList();
      }
    } catch (MalformedDocumentException e) {
      throw new IOException(INDEX + " on the class path is malformed: " + e.getMessage(), e);
    }
    throw new IOException(
        INDEX + " on the class path is not a list of file names, such as [\"jvm.json\"]");
  }
}
