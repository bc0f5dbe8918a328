package io.greenlang.metrics.internal.util;

import io.greenlang.metrics.Tags;

/**
 * Sanitizer that turns external names, such as a mount point or the name of a workflow, into tag
 * values.
 */
public final class TagValue {

  private TagValue() {}

  /**
   * Returns the name with {@code ?} for each control character and unpaired surrogate, cut to
   * {@link Tags#MAX_VALUE_LENGTH} characters. Returns the name itself if it is already valid.
   */
  public static String sanitize(String name) {
    if (isClean(name)) {
      return name;
    }
    StringBuilder clean = new StringBuilder();
    name.codePoints()
        .map(c -> Character.isISOControl(c) || isSurrogate(c) ? '?' : c)
        .limit(Tags.MAX_VALUE_LENGTH)
        .filter(c -> clean.length() + Character.charCount(c) <= Tags.MAX_VALUE_LENGTH)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static boolean isClean(String name) {
    return name.length() <= Tags.MAX_VALUE_LENGTH
        && name.codePoints().noneMatch(c -> Character.isISOControl(c) || isSurrogate(c));
  }

  /** Returns whether a code point is an unpaired surrogate: a pair is a single code point. */
  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
