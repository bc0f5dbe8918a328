package io.greenlang.metrics.collectors.internal.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Tree of files below a temporary directory, in place of {@code /proc} and {@code /sys}. */
public final class FileTree {

  private final Path root;
  private final KernelFiles files;

  /** Creates an empty tree. */
  public FileTree(Path root) {
    this.root = root;
    this.files = new KernelFiles(root);
  }

  /** Returns a reader of this tree. */
  public KernelFiles files() {
    return files;
  }

  /** Writes a file, and a line break at its end. */
  public FileTree write(String path, String... lines) {
    try {
      Files.createDirectories(resolve(path).getParent());
      Files.writeString(resolve(path), String.join("\n", lines) + "\n");
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates a symbolic link, whose target need not exist. */
  public FileTree link(String path, String target) {
    try {
      Files.createDirectories(resolve(path).getParent());
      Files.createSymbolicLink(resolve(path), Path.of(target));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a file, or a directory with all of its content. */
  public FileTree delete(String path) {
    for (Path file : below(resolve(path))) {
      try {
        Files.delete(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return this;
  }

  private static List<Path> below(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path resolve(String path) {
    return root.resolve(path.substring(1));
  }
}
