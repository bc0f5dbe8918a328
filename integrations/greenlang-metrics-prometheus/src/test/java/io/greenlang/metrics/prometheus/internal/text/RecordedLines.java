package io.greenlang.metrics.prometheus.internal.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/** The lines of a body, one text each, in their order. */
final class RecordedLines implements ExpositionHandler {

  private final ExpositionFormat format;

  /** The texts of the lines that are not bad, with line feeds as {@code \n}. */
  final List<String> lines = new ArrayList<>();

  /** The numbers and problems of bad lines. */
  final List<String> bad = new ArrayList<>();

  boolean isComplete;

  private RecordedLines(ExpositionFormat format) {
    this.format = format;
  }

  static RecordedLines of(byte[] body, ExpositionFormat format) {
    RecordedLines recorded = new RecordedLines(format);
    recorded.isComplete = ExpositionParser.parse(body, format, recorded);
    return recorded;
  }

  static RecordedLines of(String body, ExpositionFormat format) {
    return of(body.getBytes(UTF_8), format);
  }

  private void add(String line) {
    lines.add(line.replace("\n", "\\n"));
  }

  @Override
  public void type(String family, FamilyType type) {
    add("type " + family + " " + type);
  }

  @Override
  public void help(String family, String text) {
    add("help " + family + " " + text);
  }

  @Override
  public void unit(String family, String unit) {
    add("unit " + family + " " + unit);
  }

  @Override
  public void sample(String series, double value) throws BadLineException {
    SeriesText parsed = SeriesText.parse(series, format);
    add(parsed.name() + parsed.labels() + " " + value);
  }

  @Override
  public void badLine(int line, String problem) {
    bad.add(line + " " + problem);
  }
}
