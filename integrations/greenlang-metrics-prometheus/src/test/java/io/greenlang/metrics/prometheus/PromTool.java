package io.greenlang.metrics.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;

/** The program {@code promtool} of Prometheus. */
final class PromTool {

  private PromTool() {}

  /** Returns the problems that {@code promtool check metrics} finds in a body; empty if none. */
  static String checkMetrics(String body) throws IOException {
    Process process =
        new ProcessBuilder(NodeExporter.tool("promtool", "prometheus"), "check", "metrics")
            .redirectErrorStream(true)
            .start();
    try (var input = process.getOutputStream()) {
      input.write(body.getBytes(UTF_8));
    }
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }
}
