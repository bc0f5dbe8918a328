package io.greenlang.metrics.security.hostile.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that runs a {@link StarvedServer}, as the test sees it. */
final class StarvedProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader replies;
  private final PrintWriter requests;
  private final Path log;
  private final URI url;

  /**
   * Starts a process and waits until its server listens.
   *
   * @param limits a command of the shell that limits the process, such as {@code ulimit -n 300}
   * @param log the file that receives its log
   * @param options the options of the JVM
   */
  StarvedProcess(String limits, Path log, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", limits + "; exec \"$@\"", "sh", java()));
    command.addAll(List.of(options));
    command.add("-Xlog:disable"); // the JVM's warnings go to the standard output
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=info");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(StarvedServer.class.getName());
    this.log = log;
    this.process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    this.replies = process.inputReader(UTF_8);
    this.requests = new PrintWriter(process.outputWriter(UTF_8), true);
    this.url = URI.create("ws://127.0.0.1:" + nextLine() + "/ws/metrics");
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  URI url() {
    return url;
  }

  /** Executes a command of {@link StarvedServer} and returns the answer. */
  String execute(String command) throws IOException {
    requests.println(command);
    return nextLine();
  }

  private String nextLine() throws IOException {
    String line = replies.readLine();
    if (line == null) {
      throw new IOException("the process has ended; its log: " + Files.readString(log));
    }
    return line;
  }

  /** Returns the lines that the process has logged. */
  List<String> log() throws IOException {
    return Files.readAllLines(log, UTF_8);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
