package io.greenlang.metrics.benchmarks.endurance;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Table of figures that is printed row by row while a run lasts. A row belongs to one server. Each
 * column has a bound, and each figure out of it adds a sentence to the list of violations. Confined
 * to one thread.
 */
final class FiguresTable {

  /** A rule for the values of one column. */
  @FunctionalInterface
  interface Bound {

    /**
     * Returns the rule that a value breaks, such as {@code at most 5}, or null if it breaks none.
     *
     * @param baseline the value in the baseline row of the same server
     */
    @Nullable String brokenRule(double baseline, double value);

    /** Accepts every value: the column is for information. */
    static Bound none() {
      return (baseline, value) -> null;
    }

    /** Accepts values that exceed the baseline by at most {@code growth}. */
    static Bound growth(double growth) {
      return (baseline, value) ->
          value <= baseline + growth ? null : "at most " + text(baseline) + " + " + text(growth);
    }

    /** Accepts values of at most {@code max}. */
    static Bound max(double max) {
      return (baseline, value) -> value <= max ? null : "at most " + text(max);
    }

    /** Accepts values of at least {@code min}. */
    static Bound min(double min) {
      return (baseline, value) -> value >= min ? null : "at least " + text(min);
    }
  }

  /**
   * A column of the table.
   *
   * @param title the name of its figure, with the unit
   * @param bound the rule that its values must keep in each row that is checked
   */
  record Column(String title, Bound bound) {}

  private static final String LABELS = "%-13s  %-6s";

  private final PrintStream out;
  private final List<Column> columns;
  private final Map<String, Map<String, Double>> baselines = new HashMap<>();
  private final List<String> violations = new ArrayList<>();

  FiguresTable(PrintStream out, List<Column> columns) {
    this.out = out;
    this.columns = List.copyOf(columns);
    StringBuilder header = new StringBuilder(String.format(Locale.ROOT, LABELS, "after", "server"));
    for (Column column : columns) {
      header.append("  ").append(column.title());
    }
    out.println(header);
  }

  /**
   * Prints a row without checking it.
   *
   * @param label the time or the event
   * @param figures a value for each column, by its title
   */
  void print(String label, String server, Map<String, Double> figures) {
    StringBuilder row = new StringBuilder(String.format(Locale.ROOT, LABELS, label, server));
    for (Column column : columns) {
      String format = "  %" + column.title().length() + "s";
      row.append(String.format(Locale.ROOT, format, text(valueOf(column, figures))));
    }
    out.println(row);
  }

  /** Prints a row without checking it, with which the later rows of this server are compared. */
  void printBaseline(String label, String server, Map<String, Double> figures) {
    baselines.put(server, Map.copyOf(figures));
    print(label, server, figures);
  }

  /**
   * Prints a row and checks its values.
   *
   * @throws IllegalStateException if the server has no baseline
   */
  void printChecked(String label, String server, Map<String, Double> figures) {
    print(label, server, figures);
    Map<String, Double> baseline = baselines.get(server);
    if (baseline == null) {
      throw new IllegalStateException("no baseline of server " + server);
    }
    for (Column column : columns) {
      double value = valueOf(column, figures);
      String rule = column.bound().brokenRule(valueOf(column, baseline), value);
      if (rule != null) {
        violate(
            String.format(
                Locale.ROOT,
                "after %s, \"%s\" of server %s is %s; the limit is %s",
                label,
                column.title(),
                server,
                text(value),
                rule));
      }
    }
  }

  /** Adds a violation that no column expresses. */
  void violate(String sentence) {
    violations.add(sentence);
    out.println("  ! " + sentence);
  }

  /** Returns a sentence for each value out of its bound, in the order of the rows. */
  List<String> violations() {
    return Collections.unmodifiableList(violations);
  }

  /** Prints the violations, and ends the process: with 1 if there are any. */
  void exit() {
    out.println(violations.isEmpty() ? "every figure is within its bounds" : "failed:");
    violations.forEach(out::println);
    System.exit(violations.isEmpty() ? 0 : 1);
  }

  /** Returns a time as a label of a row. */
  static String label(double seconds) {
    return seconds < 120
        ? String.format(Locale.ROOT, "%.0f s", seconds)
        : String.format(Locale.ROOT, "%.1f min", seconds / 60);
  }

  private static double valueOf(Column column, Map<String, Double> figures) {
    Double value = figures.get(column.title());
    if (value == null) {
      throw new IllegalArgumentException("no figure \"" + column.title() + "\" in " + figures);
    }
    return value;
  }

  private static String text(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.2f", value);
  }
}
