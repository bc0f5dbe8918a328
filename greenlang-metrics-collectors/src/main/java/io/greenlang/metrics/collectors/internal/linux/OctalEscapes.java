package io.greenlang.metrics.collectors.internal.linux;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The escapes in the kernel's tables of mounts. The kernel writes the characters of a path that
 * would end a field or a line as three octal digits: a space is {@code \040}.
 */
public final class OctalEscapes {

  private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

  private OctalEscapes() {}

  /** Returns a path with its escapes replaced by their characters. */
  public static String decode(String path) {
    return ESCAPE
        .matcher(path)
        .replaceAll(
            escape ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(escape.group(1), 8))));
  }
}
