package io.greenlang.metrics.benchmarks.curves;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Chart of a few lines as SVG, on a light background so that it is readable in dark pages too. */
final class LineChart {

  /** One measured value. */
  record Point(double x, double y) {}

  /** A named line. */
  record Line(String name, List<Point> points) {}

  private static final int WIDTH = 720;
  private static final int HEIGHT = 400;
  private static final int LEFT = 80;
  private static final int RIGHT = 24;
  private static final int TOP = 64;
  private static final int BOTTOM = 56;

  /** Colors that differ for people with any color vision (Okabe and Ito). */
  private static final List<String> COLORS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

  private final String title;
  private final List<Line> lines = new ArrayList<>();

  LineChart(String title) {
    this.title = title;
  }

  void add(String name, List<Point> points) {
    lines.add(new Line(name, List.copyOf(points)));
  }

  /** Writes the chart with two logarithmic axes. */
  void writeLogLog(Path file, String xLabel, String yLabel) throws IOException {
    write(file, xLabel, yLabel, Axis::logarithmic);
  }

  /** Writes the chart with two linear axes. */
  void writeLinear(Path file, String xLabel, String yLabel) throws IOException {
    write(file, xLabel, yLabel, Axis::linear);
  }

  private void write(
      Path file, String xLabel, String yLabel, BiFunction<String, List<Double>, Axis> scale)
      throws IOException {
    Axis x = scale.apply(xLabel, values(Point::x));
    Axis y = scale.apply(yLabel, values(Point::y));
    Files.writeString(file, toSvg(x, y));
    System.out.println("wrote " + file.getFileName());
  }

  private List<Double> values(Function<Point, Double> coordinate) {
    return lines.stream().flatMap(line -> line.points().stream()).map(coordinate).toList();
  }

  String toSvg(Axis x, Axis y) {
    StringBuilder svg = new StringBuilder();
    append(
        svg,
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13" fill="#333">
        <title>%s</title>
        <rect width="100%%" height="100%%" fill="#fff"/>
        <text x="%d" y="24" font-size="16" font-weight="bold">%s</text>
        """,
        WIDTH,
        HEIGHT,
        escape(title),
        LEFT,
        escape(title));
    appendGrid(svg, x, y);
    for (int i = 0; i < lines.size(); i++) {
      appendLine(svg, i, x, y);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void appendGrid(StringBuilder svg, Axis x, Axis y) {
    int bottom = HEIGHT - BOTTOM;
    for (double mark : x.marks()) {
      double at = left(x, mark);
      appendMark(svg, at, TOP, at, bottom);
      append(
          svg,
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
          at,
          bottom + 18,
          Axis.text(mark));
    }
    for (double mark : y.marks()) {
      double at = top(y, mark);
      appendMark(svg, LEFT, at, WIDTH - RIGHT, at);
      append(
          svg,
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
          LEFT - 8,
          at + 4,
          Axis.text(mark));
    }
    int middle = (LEFT + WIDTH - RIGHT) / 2;
    append(
        svg,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
        middle,
        HEIGHT - 14,
        escape(x.label()));
    append(
        svg,
        "<text transform=\"translate(20 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>\n",
        (TOP + bottom) / 2,
        escape(y.label()));
  }

  private static void appendMark(StringBuilder svg, double x1, double y1, double x2, double y2) {
    append(svg, "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#ddd\"/>\n", x1, y1, x2, y2);
  }

  /** Appends a line, a dot for each measured value, and its name above the chart. */
  private void appendLine(StringBuilder svg, int index, Axis x, Axis y) {
    Line line = lines.get(index);
    String color = COLORS.get(index % COLORS.size());
    StringBuilder path = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    for (Point point : line.points()) {
      double left = left(x, point.x());
      double top = top(y, point.y());
      append(path, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", left, top);
      append(dots, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n", left, top, color);
    }
    append(svg, "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", path, color);
    int legend = LEFT + index * (WIDTH - LEFT - RIGHT) / lines.size();
    append(svg, "<path d=\"M%d 46h18\" stroke=\"%s\" stroke-width=\"2\"/>\n", legend, color);
    append(svg, "<text x=\"%d\" y=\"50\">%s</text>\n", legend + 24, escape(line.name()));
    svg.append(dots);
  }

  private static double left(Axis x, double value) {
    return LEFT + x.position(value) * (WIDTH - LEFT - RIGHT);
  }

  private static double top(Axis y, double value) {
    return HEIGHT - BOTTOM - y.position(value) * (HEIGHT - TOP - BOTTOM);
  }

  private static void append(StringBuilder svg, String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
