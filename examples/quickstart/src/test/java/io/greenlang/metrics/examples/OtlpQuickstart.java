package io.greenlang.metrics.examples;

import io.greenlang.metrics.testkit.RunningProgram;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The quickstart with {@code OTLP=on} in a separate process, and the variables it prints. */
final class OtlpQuickstart implements AutoCloseable {

  private static final String EXPORT = "export ";

  private final RunningProgram program;
  private final Map<String, String> printed;

  /** Starts the quickstart. */
  OtlpQuickstart() throws IOException {
    program =
        RunningProgram.start(
            Map.of("OTLP", "on"),
            "-cp",
            System.getProperty("java.class.path"),
            Quickstart.class.getName());
    List<String> lines = new ArrayList<>();
    Map<String, String> variables;
    do {
      lines.add(program.nextLine());
      variables = variables(lines);
    } while (!variables.containsKey("OTEL_METRIC_EXPORT_INTERVAL"));
    printed = variables;
  }

  /** Returns the variables that lines export. */
  static Map<String, String> variables(List<String> lines) {
    Map<String, String> variables = new HashMap<>();
    for (String line : lines) {
      if (line.startsWith(EXPORT)) {
        String[] variable = line.substring(EXPORT.length()).split("=", 2);
        variables.put(variable[0], variable[1]);
      }
    }
    return variables;
  }

  /** Returns the variables that the quickstart printed. */
  Map<String, String> printed() {
    return printed;
  }

  /** Returns the environment of a sender, which exports metrics only. */
  Map<String, String> environment(String instance, String... variables) {
    Map<String, String> environment = new HashMap<>(printed);
    environment.put("OTEL_TRACES_EXPORTER", "none");
    environment.put("OTEL_LOGS_EXPORTER", "none");
    environment.put("OTEL_SERVICE_NAME", "shop");
    environment.put("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=" + instance);
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return environment;
  }

  /** Subscribes to the series of one sender. */
  RawWebSocket subscribe(String instance, String options) {
    RawWebSocket client = RawWebSocket.open(program.webSocket());
    client.ask(
        "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"application.metrics\"],"
            + "\"tags\":{\"service.instance.id\":\""
            + instance
            + "\"}"
            + options
            + "}}",
        "subscribed");
    return client;
  }

  @Override
  public void close() {
    program.close();
  }
}
