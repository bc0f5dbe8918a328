package io.greenlang.metrics.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The table in docs/reference/container-differences.md of outcomes in which containers differ. The
 * first column names the situation, the second its usual outcome, and each further column one
 * container's outcome. An empty cell means that the container does not differ.
 *
 * @param header the names of the columns
 * @param rows the cells of each row
 */
record OutcomeTable(List<String> header, List<List<String>> rows) {

  private static final String HEADER_START = "| situation | default |";

  static OutcomeTable read(Path page) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    boolean insideTable = false;
    for (String line : Files.readAllLines(page)) {
      insideTable = line.startsWith(HEADER_START) || (insideTable && line.startsWith("|"));
      if (insideTable) {
        rows.add(cells(line));
      }
    }
    if (rows.size() < 3) {
      throw new IllegalArgumentException(page + " has no table that begins with " + HEADER_START);
    }
    return new OutcomeTable(rows.get(0), rows.subList(2, rows.size()));
  }

  /** Returns the outcomes in which the container differs, keyed by the situation. */
  Map<String, String> outcomesOf(String container) {
    int column = header.indexOf(container);
    Map<String, String> outcomes = new HashMap<>();
    for (List<String> row : rows) {
      if (!row.get(column).isEmpty()) {
        outcomes.put(row.get(0), row.get(column));
      }
    }
    return outcomes;
  }

  /** Splits a row into its cells; an escaped bar is part of a cell. */
  private static List<String> cells(String line) {
    String[] parts = line.split("(?<!\\\\)\\|", -1);
    return Arrays.stream(parts, 1, parts.length - 1)
        .map(cell -> cell.strip().replace("\\|", "|").replace("`", ""))
        .toList();
  }
}
