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
 * The table in docs/embedding.md of what containers answer in ways of their own. Its first column
 * is what they answer, its second what everybody else does, and then comes one for each container;
 * an empty cell is no way of its own.
 *
 * @param header the names of the columns
 * @param rows the cells
 */
record AnswersTable(List<String> header, List<List<String>> rows) {

  private static final String BEGIN = "| what | usually |";

  static AnswersTable read(Path page) throws IOException {
    List<List<String>> cells = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(page)) {
      inside = line.startsWith(BEGIN) || (inside && line.startsWith("|"));
      if (inside) {
        cells.add(cells(line));
      }
    }
    if (cells.size() < 3) {
      throw new IllegalArgumentException(page + " has no table that begins with " + BEGIN);
    }
    return new AnswersTable(cells.get(0), cells.subList(2, cells.size()));
  }

  /** What one container answers, by what it is. */
  Map<String, String> of(String container) {
    int column = header.indexOf(container);
    Map<String, String> answers = new HashMap<>();
    for (List<String> row : rows) {
      if (!row.get(column).isEmpty()) {
        answers.put(row.get(0), row.get(column));
      }
    }
    return answers;
  }

  /** An escaped bar belongs to its cell. */
  private static List<String> cells(String line) {
    String[] parts = line.split("(?<!\\\\)\\|", -1);
    return Arrays.stream(parts, 1, parts.length - 1)
        .map(cell -> cell.strip().replace("\\|", "|").replace("`", ""))
        .toList();
  }
}
