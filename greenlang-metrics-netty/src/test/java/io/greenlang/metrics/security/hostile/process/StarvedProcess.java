package io.greenlang.metrics.security.hostile.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.greenlang.metrics.testkit.JavaProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that runs a {@link StarvedServer}, as the test sees it. */
final class StarvedProcess implements AutoCloseable {

  private final JavaProcess process;
  private final Path log;
  private final URI url;

  /**
   * Starts a process and waits until its server listens.
   *
   * @param limits a command of the shell that limits the process, such as {@code ulimit -n 300}
   * @param log the file that receives its log
   * @param options the options of the JVM
   */
  StarvedProcess(String limits, Path log, String... options) {
    this.log = log;
    this.process =
        JavaProcess.builder(StarvedServer.class)
            .limits(limits)
            .options(options)
            .options("-Xlog:disable") // the JVM's warnings go to the standard output
            .options("-Dorg.slf4j.simpleLogger.defaultLogLevel=info")
            .log(log)
            .start();
    this.url = URI.create("ws://127.0.0.1:" + process.nextLine() + "/ws/metrics");
  }

  URI url() {
    return url;
  }

  /** Executes a command of {@link StarvedServer} and returns the answer. */
  String execute(String command) {
    return process.ask(command);
  }

  /** Returns the lines that the process has logged. */
  List<String> log() throws IOException {
    return Files.readAllLines(log, UTF_8);
  }

  @Override
  public void close() {
    process.close();
  }
}
