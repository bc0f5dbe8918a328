package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Tags;

/** Names from outside, such as a mount point or a workflow's, as values of tags. */
final class TagValue {

  private TagValue() {}

  /**
   * The name with {@code ?} for each control character and half surrogate pair, cut to {@link
   * Tags#MAX_VALUE_LENGTH}; the name itself when nothing is wrong with it.
   */
  static String clean(String name) {
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

  /** Half a pair: whole ones come as one code point. */
  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
