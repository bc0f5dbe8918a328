package io.greenlang.metrics.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** The log output of this process while it is open, from level INFO. */
final class CapturedLog implements AutoCloseable {

  private final PrintStream original = System.err;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  CapturedLog() {
    System.setErr(new PrintStream(bytes, true, UTF_8));
  }

  /** Returns the lines of a level, such as {@code WARN}, that contain a text. */
  List<String> lines(String level, String text) {
    return bytes
        .toString(UTF_8)
        .lines()
        .filter(line -> line.contains(" " + level + " ") && line.contains(text))
        .toList();
  }

  @Override
  public void close() {
    System.setErr(original);
    original.print(bytes.toString(UTF_8));
  }
}
