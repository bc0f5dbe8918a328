package io.greenlang.metrics.containers;

import java.nio.file.Files;

/** See {@link ContainerBench}. */
final class TomcatBench {

  private TomcatBench() {}

  public static void main(String[] args) throws Exception {
    ContainerBench.run(
        args,
        (application, port) ->
            new EmbeddedTomcat(application, Files.createTempDirectory("bench-tomcat"), port));
  }
}
