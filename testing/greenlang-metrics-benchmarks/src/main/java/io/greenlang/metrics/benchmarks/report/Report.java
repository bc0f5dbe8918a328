package io.greenlang.metrics.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Markdown table of a run, built from the result lines of its rounds.
 *
 * <p>A figure is the median of its rounds. The ratio to the floor is computed within each round
 * first, because the machine may behave differently a minute later. The floor is the cheapest one
 * of the round.
 */
public final class Report {

  private static final String FLOOR = "floor";

  /** Rounds by server by scenario, each in the order in which they first appear. */
  private final Map<String, Map<String, Rounds>> scenarios = new LinkedHashMap<>();

  /** Prints the table of a file of result lines; other lines are ignored. */
  public static void main(String[] args) throws IOException {
    Report report = new Report();
    Files.readAllLines(Path.of(args[0])).stream()
        .filter(Result::isResultLine)
        .map(Result::parseLine)
        .forEach(report::add);
    System.out.print(report.toMarkdown());
  }

  void add(Result result) {
    scenarios
        .computeIfAbsent(result.text("scenario"), s -> new LinkedHashMap<>())
        .computeIfAbsent(result.text("server"), s -> new Rounds())
        .add(result);
  }

  String toMarkdown() {
    StringBuilder table =
        new StringBuilder(
            """
            | scenario | server | µs per delivery | × floor | deliveries/s | kept up | p50 ms | p99 ms | p99.9 ms | max ms | CPU % | RSS MB | RSS KB per connection | heap + direct KB per connection |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            """);
    scenarios.forEach(
        (scenario, servers) ->
            servers.forEach((server, rounds) -> row(table, scenario, server, rounds)));
    return table.toString();
  }

  private void row(StringBuilder table, String scenario, String server, Rounds rounds) {
    cell(table, scenario);
    cell(table, server);
    cell(table, rounds.median("us_per_delivery"), 2);
    cell(table, ratio(scenario, rounds), 2);
    cell(table, rounds.median("metrics_per_s"), 0);
    cell(table, rounds.keptUp());
    for (String name : List.of("p50_ms", "p99_ms", "p999_ms", "max_ms", "cpu_percent")) {
      cell(table, rounds.median(name), 1);
    }
    cell(table, rounds.median("rss_kb") / 1024, 0);
    cell(table, rounds.median("kb_per_connection"), 1);
    cell(table, retained(rounds));
    table.append("|\n");
  }

  /** Returns the cost of a server as a multiple of the cheapest floor of the same round. */
  private double ratio(String scenario, Rounds rounds) {
    List<Double> ratios = new ArrayList<>();
    for (Result round : rounds.results()) {
      Objects.requireNonNull(scenarios.get(scenario)).values().stream()
          .flatMap(each -> each.results().stream())
          .filter(other -> other.text("server").startsWith(FLOOR))
          .filter(other -> other.text("round").equals(round.text("round")))
          .mapToDouble(other -> other.number("us_per_delivery"))
          .filter(floor -> floor > 0)
          .min()
          .ifPresent(floor -> ratios.add(round.number("us_per_delivery") / floor));
    }
    return Rounds.median(ratios);
  }

  /**
   * Returns the heap and direct memory retained per connection; empty for servers that do not
   * report it.
   */
  private static String retained(Rounds rounds) {
    if (rounds.median("heap_kb") == 0) {
      return "";
    }
    double after = rounds.median("heap_kb") + rounds.median("direct_kb");
    double before = rounds.median("idle_heap_kb") + rounds.median("idle_direct_kb");
    return Rounds.format((after - before) / Math.max(1, rounds.median("connected")), 1);
  }

  private static void cell(StringBuilder table, double value, int decimals) {
    cell(table, Rounds.format(value, decimals));
  }

  private static void cell(StringBuilder table, String text) {
    table.append("| ").append(text).append(' ');
  }
}
