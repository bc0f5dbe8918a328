package io.greenlang.metrics.benchmarks.fanout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Markdown table of a run, built from the result lines of its rounds.
 *
 * <p>A figure is the median of its rounds. The ratio to the floor is computed within each round
 * first, because the machine may behave differently a minute later. The floor is the cheapest one
 * of the round.
 */
final class Report {

  private static final String FLOOR = "floor";

  /** Rounds by server by scenario, each in the order in which they first appear. */
  private final Map<String, Map<String, List<Result>>> scenarios = new LinkedHashMap<>();

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
        .computeIfAbsent(result.text("server"), s -> new ArrayList<>())
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

  private void row(StringBuilder table, String scenario, String server, List<Result> rounds) {
    cell(table, scenario);
    cell(table, server);
    cell(table, median(rounds, "us_per_delivery"), 2);
    cell(table, ratio(scenario, rounds), 2);
    cell(table, median(rounds, "metrics_per_s"), 0);
    long keptUp = rounds.stream().filter(round -> round.text("kept_up").equals("yes")).count();
    cell(table, keptUp + " of " + rounds.size());
    for (String name : List.of("p50_ms", "p99_ms", "p999_ms", "max_ms", "cpu_percent")) {
      cell(table, median(rounds, name), 1);
    }
    cell(table, median(rounds, "rss_kb") / 1024, 0);
    cell(table, median(rounds, "kb_per_connection"), 1);
    cell(table, retained(rounds));
    table.append("|\n");
  }

  /** Returns the cost of a server as a multiple of the cheapest floor of the same round. */
  private double ratio(String scenario, List<Result> rounds) {
    List<Double> ratios = new ArrayList<>();
    for (Result round : rounds) {
      Objects.requireNonNull(scenarios.get(scenario)).values().stream()
          .flatMap(List::stream)
          .filter(other -> other.text("server").startsWith(FLOOR))
          .filter(other -> other.text("round").equals(round.text("round")))
          .mapToDouble(other -> other.number("us_per_delivery"))
          .filter(floor -> floor > 0)
          .min()
          .ifPresent(floor -> ratios.add(round.number("us_per_delivery") / floor));
    }
    return median(ratios);
  }

  /**
   * Returns the heap and direct memory retained per connection; empty for servers that do not
   * report it.
   */
  private static String retained(List<Result> rounds) {
    if (median(rounds, "heap_kb") == 0) {
      return "";
    }
    double after = median(rounds, "heap_kb") + median(rounds, "direct_kb");
    double before = median(rounds, "idle_heap_kb") + median(rounds, "idle_direct_kb");
    return format((after - before) / Math.max(1, median(rounds, "connected")), 1);
  }

  private static double median(List<Result> rounds, String name) {
    return median(rounds.stream().map(round -> round.number(name)).toList());
  }

  private static double median(List<Double> values) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    boolean odd = sorted.size() % 2 == 1;
    return odd ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static void cell(StringBuilder table, double value, int decimals) {
    cell(table, Double.isNaN(value) ? "" : format(value, decimals));
  }

  private static void cell(StringBuilder table, String text) {
    table.append("| ").append(text).append(' ');
  }

  private static String format(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
