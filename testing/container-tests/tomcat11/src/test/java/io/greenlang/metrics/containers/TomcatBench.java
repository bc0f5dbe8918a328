package io.greenlang.metrics.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** See {@link ContainerBench}. */
final class TomcatBench {

  private TomcatBench() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("bench-tomcat");
    try {
      ContainerBench.run(
          args,
          (application, port, patienceMillis) ->
              new EmbeddedTomcat(application, folder, port, patienceMillis));
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> innerFirst;
    try (Stream<Path> all = Files.walk(folder)) {
      innerFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : innerFirst) {
      Files.delete(path);
    }
  }
}
