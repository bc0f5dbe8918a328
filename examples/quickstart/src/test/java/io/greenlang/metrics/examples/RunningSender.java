package io.greenlang.metrics.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Java program that does a round for each line of its input, in a separate process. */
final class RunningSender implements AutoCloseable {

  private static final String DONE = "done ";

  private final Process process;
  private final BufferedWriter input;
  private final BufferedReader output;

  /** Starts an {@link OtlpSender}. */
  RunningSender(Map<String, String> environment) throws IOException {
    this(environment, "-cp", System.getProperty("java.class.path"), OtlpSender.class.getName());
  }

  /** Starts {@code java} with these arguments. */
  RunningSender(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.add(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    process = builder.start();
    input = process.outputWriter(UTF_8);
    output = process.inputReader(UTF_8);
  }

  /** Lets the program do a round; returns the time at which it began to export or to request. */
  long round() throws IOException {
    input.write("round\n");
    input.flush();
    String line = output.readLine();
    assertThat(line).startsWith(DONE);
    return Long.parseLong(line.substring(DONE.length()));
  }

  /** Ends the input, upon which the program ends. */
  @Override
  public void close() throws IOException {
    input.close();
    assertThat(process.onExit()).as("the program ends").succeedsWithin(Duration.ofSeconds(30));
  }
}
