package io.greenlang.metrics.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Section of a Markdown document that a program writes, between two comments: {@code <!-- begin
 * NAME -->} and {@code <!-- end NAME -->}. The rest of the document stays as it is.
 */
final class GeneratedSection {

  private final Path document;
  private final String begin;
  private final String end;

  GeneratedSection(Path document, String name) {
    this.document = document;
    this.begin = "<!-- begin " + name + " -->\n";
    this.end = "<!-- end " + name + " -->";
  }

  /**
   * Replaces the text of the section.
   *
   * @throws IllegalStateException if the document does not have both comments, in this order
   */
  void replace(String markdown) throws IOException {
    String text = Files.readString(document);
    int from = text.indexOf(begin);
    int to = text.indexOf(end, Math.max(0, from));
    if (from < 0 || to < 0) {
      throw new IllegalStateException(
          document
              + " does not contain \""
              + begin.strip()
              + "\" and then \""
              + end
              + "\"; add both");
    }
    String before = text.substring(0, from + begin.length());
    Files.writeString(document, before + "\n" + markdown + "\n" + text.substring(to));
  }
}
