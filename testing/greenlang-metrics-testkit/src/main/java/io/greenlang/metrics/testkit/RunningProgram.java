package io.greenlang.metrics.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.tls.ClientContexts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java program that serves metrics in a separate process, on a free port of loopback, and prints
 * the address of the dashboard with a token. Confined to one thread.
 */
public final class RunningProgram implements AutoCloseable {

  private static final Pattern DASHBOARD =
      Pattern.compile("(https?)://localhost:(\\d+)/#token=(\\S+)");

  private static final int HEARTBEAT_SECONDS = 300;

  private final Process process;
  private final BufferedReader output;
  private final boolean encrypted;
  private final int port;
  private final String token;

  private RunningProgram(Process process, BufferedReader output, Matcher dashboard) {
    this.process = process;
    this.output = output;
    this.encrypted = dashboard.group(1).equals("https");
    this.port = Integer.parseInt(dashboard.group(2));
    this.token = dashboard.group(3);
  }

  /**
   * Starts {@code java} with these arguments and waits for the address of the dashboard.
   *
   * @throws IOException if the process cannot be started
   */
  public static RunningProgram start(String... arguments) throws IOException {
    return start(Map.of(), arguments);
  }

  /**
   * Does the same with further environment variables.
   *
   * @throws IOException if the process cannot be started
   */
  public static RunningProgram start(Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-DWS_HOST=127.0.0.1");
    command.add("-DWS_PORT=0");
    // A client answers pings only while a test reads from it, not while other programs start.
    command.add("-DWS_HEARTBEAT_INTERVAL=" + HEARTBEAT_SECONDS);
    command.add("-XX:TieredStopAtLevel=1"); // it ends before the optimizing compiler would pay off
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
        return new RunningProgram(process, output, dashboard);
      }
    }
    throw new AssertionError("the program ended without printing the dashboard's URL:\n" + seen);
  }

  /**
   * Runs the complete program of a documentation page unchanged, with the class path of the tests.
   *
   * @param folder a folder for its source file
   * @param source the source of the class {@code Shop}
   * @throws IOException if the process cannot be started
   */
  public static RunningProgram ofPage(Path folder, String source) throws IOException {
    Path file = Files.writeString(folder.resolve("Shop.java"), source);
    return start("-cp", System.getProperty("java.class.path"), file.toString());
  }

  /** Returns the next line of the program's output, after that of the dashboard. */
  public String nextLine() {
    try {
      String line = output.readLine();
      if (line == null) {
        throw new AssertionError("the program ended");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the port that the program listens on. */
  public int port() {
    return port;
  }

  /** Returns the token that the program printed. */
  public String token() {
    return token;
  }

  /** Opens a client that is subscribed to a channel, with the token that the program printed. */
  public RawWebSocket subscribe(String channel) {
    RawWebSocket client = RawWebSocket.open(webSocket());
    client.ask(
        "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"" + channel + "\"]}}", "subscribed");
    return client;
  }

  /** Returns the URL of the WebSocket, with the token that the program printed. */
  public URI webSocket() {
    return URI.create(
        (encrypted ? "wss" : "ws") + "://127.0.0.1:" + port + "/ws/metrics?token=" + token);
  }

  /**
   * Returns the body of an HTTP response.
   *
   * @throws IOException if the program does not answer
   * @throws InterruptedException if the thread is interrupted
   */
  public String get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create((encrypted ? "https" : "http") + "://127.0.0.1:" + port + path))
            .build();
    return HttpClient.newBuilder()
        .sslContext(ClientContexts.trustingAll())
        .build()
        .send(request, HttpResponse.BodyHandlers.ofString())
        .body();
  }

  /** Terminates the program, as Ctrl-C does. */
  @Override
  public void close() {
    process.destroy();
    assertThat(process.onExit()).as("the program ends").succeedsWithin(Duration.ofSeconds(30));
  }
}
