package io.greenlang.metrics.spring.boot.generated;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The process of a generated application, and its log. */
final class RunningApplication implements AutoCloseable {

  private static final Pattern DASHBOARD = Pattern.compile("Metrics dashboard: (http\\S+)");
  private static final Pattern PORT =
      Pattern.compile("(?:Tomcat|Jetty|Undertow|Netty) started on port (\\d+)");
  private static final Pattern STARTED = Pattern.compile("process running for ([0-9.]+)");
  private static final int TIMEOUT_SECONDS = 240;

  private final Process process;
  private final CompletableFuture<String> dashboard = new CompletableFuture<>();
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final CompletableFuture<StartUp> startUp = new CompletableFuture<>();
  private final CompletableFuture<String> log;

  /** The time and the CPU time from the start of the process until the application is ready. */
  record StartUp(double seconds, double cpuSeconds) {}

  RunningApplication(Process process) {
    this.process = process;
    this.log = CompletableFuture.supplyAsync(this::read);
  }

  private String read() {
    StringBuilder text = new StringBuilder();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        text.append(line).append('\n');
        Matcher listening = PORT.matcher(line);
        if (listening.find()) {
          port.complete(Integer.valueOf(listening.group(1)));
        }
        Matcher started = STARTED.matcher(line);
        if (started.find()) {
          startUp.complete(new StartUp(Double.parseDouble(started.group(1)), cpuSeconds()));
        }
        Matcher announced = DASHBOARD.matcher(line);
        if (announced.find()) {
          dashboard.complete(announced.group(1));
        }
      }
    } catch (IOException e) {
      text.append(e);
    }
    AssertionError ended = new AssertionError("the application ended:\n" + text);
    dashboard.completeExceptionally(ended);
    port.completeExceptionally(ended);
    startUp.completeExceptionally(ended);
    return text.toString();
  }

  private double cpuSeconds() {
    return process.info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
  }

  /** Returns how long the application took to start, once it is ready. */
  StartUp startUp() throws Exception {
    return startUp.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** Returns the address of the dashboard, once the application has logged it. */
  String dashboard() throws Exception {
    return dashboard.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** Returns the address of the application, once it has logged its port. */
  String address() throws Exception {
    return "http://localhost:" + port.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** Returns the whole log of an application that ends by itself. */
  String awaitEnd() throws Exception {
    return log.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** Asks the application to end, as an orchestrator does. */
  void terminate() {
    process.destroy();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
