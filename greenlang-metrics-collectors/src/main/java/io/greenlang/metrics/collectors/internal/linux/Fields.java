package io.greenlang.metrics.collectors.internal.linux;

import org.jspecify.annotations.Nullable;

/**
 * Cursor over the fields of a line that are separated by white space. Unlike {@code String.split},
 * it creates no objects for fields that are skipped or are numbers. Confined to one thread.
 */
final class Fields {

  private final String line;
  private int position;

  /** Creates a cursor before the first field. */
  Fields(String line) {
    this(line, 0);
  }

  /** Creates a cursor that starts at a character of the line. */
  Fields(String line, int position) {
    this.line = line;
    this.position = position;
  }

  /** Returns the next field; null at the end of the line. */
  @Nullable String next() {
    int start = startOfNext();
    skipField();
    return start == position ? null : line.substring(start, position);
  }

  /** Returns the next field as a number; -1 if it is absent, or is not a number of 63 bits. */
  long nextNumber() {
    int start = startOfNext();
    skipField();
    try {
      return start == position ? -1 : Long.parseLong(line, start, position, 10);
    } catch (NumberFormatException noNumber) {
      return -1;
    }
  }

  /** Returns the next {@code count} fields as numbers, each as {@link #nextNumber} does. */
  long[] nextNumbers(int count) {
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = nextNumber();
    }
    return numbers;
  }

  /** Skips fields. */
  Fields skip(int count) {
    for (int i = 0; i < count; i++) {
      int unused = startOfNext();
      skipField();
    }
    return this;
  }

  private int startOfNext() {
    while (position < line.length() && line.charAt(position) <= ' ') {
      position++;
    }
    return position;
  }

  private void skipField() {
    while (position < line.length() && line.charAt(position) > ' ') {
      position++;
    }
  }
}
