package io.greenlang.metrics.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** What is logged while it is open, down to INFO, by this process. */
final class CapturedLog implements AutoCloseable {

  private final PrintStream before = System.err;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  CapturedLog() {
    System.setErr(new PrintStream(bytes, true, UTF_8));
  }

  /** The lines of a level, such as {@code WARN}, in which a text occurs. */
  List<String> lines(String level, String text) {
    return bytes
        .toString(UTF_8)
        .lines()
        .filter(line -> line.contains(" " + level + " ") && line.contains(text))
        .toList();
  }

  @Override
  public void close() {
    System.setErr(before);
    before.print(bytes.toString(UTF_8));
  }
}
