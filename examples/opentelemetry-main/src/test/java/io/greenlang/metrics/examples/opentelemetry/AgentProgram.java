package io.greenlang.metrics.examples.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program with OpenTelemetry's Java agent, which a shell starts in a folder. */
final class AgentProgram implements AutoCloseable {

  private static final Pattern SERVER = Pattern.compile("OpenTelemetry on port (\\d+)\\R");
  private static final Pattern ORDERS = Pattern.compile("Orders: (\\S+)\\R");
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** The options for a JVM whose agent loads more classes than it runs. */
  private static final String SHORT_RUN_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private final Process process;
  private final Path output;

  /** Starts the program with a command. */
  AgentProgram(Path folder, String command) throws IOException {
    output = folder.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-e", "-c", "exec " + command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Map<String, String> environment = builder.environment();
    Path java = Path.of(System.getProperty("java.home"), "bin");
    environment.merge("PATH", java.toString(), (path, jdk) -> jdk + File.pathSeparator + path);
    environment.put("JAVA_TOOL_OPTIONS", SHORT_RUN_OPTIONS);
    process = builder.start();
  }

  /** Returns the port of the server that the exporter started. */
  int port() {
    return Integer.parseInt(printed(SERVER));
  }

  /** Returns the address of the program's orders. */
  String orders() {
    return printed(ORDERS);
  }

  private String printed(Pattern line) {
    return await("the line " + line)
        .atMost(START_LIMIT)
        .until(() -> find(line), found -> !found.isEmpty());
  }

  private String find(Pattern line) throws IOException {
    String text = Files.readString(output);
    assertThat(process.isAlive()).as("the program runs; it printed:%n%s", text).isTrue();
    Matcher matcher = line.matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }

  /** Terminates the program, as Ctrl-C does. */
  @Override
  public void close() {
    process.destroy();
    assertThat(process.onExit()).as("the program ends").succeedsWithin(Duration.ofSeconds(30));
  }
}
