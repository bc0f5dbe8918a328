package io.greenlang.metrics.websocket.internal.forwarding;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a header that is a list, from the last to the first. A proxy appends its element
 * to the text of the client, which can be anything, such as an opening quote. Read from the end,
 * the elements of trusted proxies are complete before that text is reached. Each character is read
 * at most twice.
 */
final class ForwardedElements {

  private final List<String> lines;
  private int line;

  /** The end of the text of the current line that was not read yet; negative if there is none. */
  private int end = -1;

  /**
   * Creates an iteration.
   *
   * @param lines the values of the header, in the order of the request
   */
  ForwardedElements(List<String> lines) {
    this.lines = lines;
    this.line = lines.size();
  }

  /** Returns the previous element that is not blank; null if there is none. */
  @Nullable String previous() {
    while (end >= 0 || line > 0) {
      if (end < 0) {
        line--;
        end = lines.get(line).length();
      }
      String element = previousOfLine(lines.get(line));
      if (!element.isEmpty()) {
        return element;
      }
    }
    return null;
  }

  private String previousOfLine(String text) {
    boolean quoted = false;
    int start = end;
    while (start > 0 && (quoted || text.charAt(start - 1) != ',')) {
      start--;
      quoted ^= text.charAt(start) == '"' && !isEscaped(text, start);
    }
    String element = text.substring(start, end).strip();
    end = start - 1;
    return element;
  }

  /** Returns whether an odd number of backslashes precedes a character. */
  private static boolean isEscaped(String text, int index) {
    int first = index;
    while (first > 0 && text.charAt(first - 1) == '\\') {
      first--;
    }
    return (index - first) % 2 == 1;
  }
}
