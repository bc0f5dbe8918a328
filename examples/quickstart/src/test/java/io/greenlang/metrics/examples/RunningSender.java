package io.greenlang.metrics.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** An {@link OtlpSender} in a process of its own. */
final class RunningSender implements AutoCloseable {

  private static final String EXPORTED = "exported ";

  private final Process process;
  private final BufferedWriter input;
  private final BufferedReader output;

  RunningSender(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OtlpSender.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    process = builder.start();
    input = process.outputWriter(UTF_8);
    output = process.inputReader(UTF_8);
  }

  /** Lets the sender record and export a round; returns the time at which the export began. */
  long round() throws IOException {
    input.write("round\n");
    input.flush();
    String line = output.readLine();
    assertThat(line).startsWith(EXPORTED);
    return Long.parseLong(line.substring(EXPORTED.length()));
  }

  /** Ends the input, upon which the sender shuts its SDK down and ends. */
  @Override
  public void close() throws IOException {
    input.close();
    assertThat(process.onExit()).as("the sender ends").succeedsWithin(Duration.ofSeconds(30));
  }
}
