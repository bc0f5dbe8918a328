package io.greenlang.metrics.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Markdown of a comparison with other servers: the machine and the versions, and a table for each
 * load.
 *
 * <p>The file has three kinds of lines: {@code about} and a sentence, {@code load}, its name and
 * its description, and results.
 */
public final class PeerReport {

  private static final String ABOUT = "about ";
  private static final String LOAD = "load ";

  /** The servers to which all others are compared. */
  private static final String FLOOR = "floor-write";

  private static final String BUN = "bun";

  /** The sentences, each once: further rounds of the same run repeat them. */
  private final Set<String> about = new LinkedHashSet<>();

  private final Map<String, String> descriptions = new LinkedHashMap<>();
  private final Map<String, Map<String, Rounds>> loads = new LinkedHashMap<>();

  /**
   * Prints the Markdown of a file of results. With a second argument, it also replaces the section
   * of that document.
   */
  public static void main(String[] args) throws IOException {
    PeerReport report = new PeerReport();
    Files.readAllLines(Path.of(args[0])).forEach(report::addLine);
    String markdown = report.toMarkdown();
    System.out.print(markdown);
    if (args.length > 1) {
      new GeneratedSection(Path.of(args[1]), "bench-peers").replace(markdown);
    }
  }

  void addLine(String line) {
    if (Result.isResultLine(line)) {
      Result result = Result.parseLine(line);
      loads
          .computeIfAbsent(result.text("scenario"), load -> new LinkedHashMap<>())
          .computeIfAbsent(result.text("server"), server -> new Rounds())
          .add(result);
    } else if (line.startsWith(ABOUT)) {
      about.add(line.substring(ABOUT.length()));
    } else if (line.startsWith(LOAD)) {
      String[] parts = line.split(" ", 3);
      descriptions.put(parts[1], parts[2]);
    }
  }

  String toMarkdown() {
    StringBuilder markdown = new StringBuilder();
    about.forEach(sentence -> markdown.append("- ").append(sentence).append('\n'));
    loads.forEach((load, servers) -> table(markdown, load, servers));
    return markdown.toString();
  }

  private void table(StringBuilder markdown, String load, Map<String, Rounds> servers) {
    markdown
        .append("\n**")
        .append(descriptions.getOrDefault(load, load))
        .append(
            """
            **

            | server | process, µs | × `write` loop | × Bun | core, µs | × `write` loop | × Bun | kept up | p50 ms | p99 ms | RSS MB |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            """);
    servers.forEach((server, rounds) -> row(markdown, server, rounds, servers));
  }

  private static void row(
      StringBuilder markdown, String server, Rounds rounds, Map<String, Rounds> servers) {
    markdown.append("| ").append(server);
    for (String name : List.of("us_per_delivery", "core_us_per_delivery")) {
      cell(markdown, rounds.medianAndRange(name));
      for (String reference : List.of(FLOOR, BUN)) {
        cell(
            markdown,
            Rounds.format(rounds.ratioTo(servers.getOrDefault(reference, new Rounds()), name), 2));
      }
    }
    cell(markdown, rounds.keptUp());
    for (String name : List.of("p50_ms", "p99_ms")) {
      // A load generator that does not decode the times of columns has no latency.
      cell(markdown, rounds.median("max_ms") == 0 ? "" : Rounds.format(rounds.median(name), 1));
    }
    cell(markdown, Rounds.format(rounds.median("rss_kb") / 1024, 0));
    markdown.append(" |\n");
  }

  private static void cell(StringBuilder markdown, String text) {
    markdown.append(" | ").append(text);
  }
}
