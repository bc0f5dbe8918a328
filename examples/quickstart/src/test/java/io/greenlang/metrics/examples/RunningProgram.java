package io.greenlang.metrics.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Java program that serves metrics in a process of its own, on a free port of loopback. */
final class RunningProgram implements AutoCloseable {

  private static final Pattern DASHBOARD = Pattern.compile("http://localhost:(\\d+)/#token=(\\S+)");

  private final Process process;
  private final BufferedReader output;
  private final int port;
  private final String token;

  private RunningProgram(Process process, BufferedReader output, int port, String token) {
    this.process = process;
    this.output = output;
    this.port = port;
    this.token = token;
  }

  /** Starts {@code java} with these arguments and waits for the address of the dashboard. */
  static RunningProgram start(String... arguments) throws IOException {
    return start(Map.of(), arguments);
  }

  /** Does the same with further environment variables. */
  static RunningProgram start(Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-DWS_HOST=127.0.0.1");
    command.add("-DWS_PORT=0");
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    BufferedReader output = process.inputReader(UTF_8);
    StringBuilder seen = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      seen.append(line).append('\n');
      Matcher dashboard = DASHBOARD.matcher(line);
      if (dashboard.find()) {
        return new RunningProgram(
            process, output, Integer.parseInt(dashboard.group(1)), dashboard.group(2));
      }
    }
    throw new AssertionError("the program ended without printing the dashboard's URL:\n" + seen);
  }

  /** Returns the next line of the program's output, after that of the dashboard. */
  String nextLine() throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new AssertionError("the program ended");
    }
    return line;
  }

  /** Returns the URL of the WebSocket, with the token that the program printed. */
  URI webSocket() {
    return URI.create("ws://127.0.0.1:" + port + "/ws/metrics?token=" + token);
  }

  /** Returns the body of an HTTP response. */
  String get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  /** Terminates the program, as Ctrl-C does. */
  @Override
  public void close() {
    process.destroy();
    assertThat(process.onExit()).as("the program ends").succeedsWithin(Duration.ofSeconds(30));
  }
}
