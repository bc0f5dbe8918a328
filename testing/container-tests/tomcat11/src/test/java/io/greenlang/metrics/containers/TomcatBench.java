package io.greenlang.metrics.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The entry point of {@link ContainerBench} for Tomcat. */
final class TomcatBench {

  private TomcatBench() {}

  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("bench-tomcat");
    try {
      ContainerBench.run(
          args,
          (onStartup, port, requestTimeoutMillis) ->
              new EmbeddedTomcat(onStartup, directory, port, requestTimeoutMillis));
    } finally {
      delete(directory);
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(directory)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }
}
