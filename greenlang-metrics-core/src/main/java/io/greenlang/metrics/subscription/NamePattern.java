package io.greenlang.metrics.subscription;

import org.jspecify.annotations.Nullable;

/**
 * A pattern that matches one metric name, all names with a prefix, or every name: {@code
 * cpu.percent}, {@code cpu.*}, {@code *}. Immutable.
 *
 * <p>The star is allowed only at the end, either alone or after a dot. {@code cpu.*} does not match
 * {@code cpu}.
 */
public final class NamePattern implements Comparable<NamePattern> {

  /** The pattern that matches every name. */
  public static final NamePattern ALL = new NamePattern("*");

  private final String text;
  private final String prefix;
  private final boolean exact;

  private NamePattern(String text) {
    this.text = text;
    this.exact = !text.endsWith("*");
    this.prefix = exact ? text : text.substring(0, text.length() - 1);
  }

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException if it is empty, longer than 128 characters, or has a star
   *     anywhere except alone or at the end after a dot
   */
  public static NamePattern parse(String text) {
    int star = text.indexOf('*');
    boolean starIsLast = star == text.length() - 1;
    boolean afterDot = star == 0 || (star > 0 && text.charAt(star - 1) == '.');
    if (text.isEmpty() || text.length() > 128 || (star >= 0 && !(starIsLast && afterDot))) {
      throw new IllegalArgumentException(
          "a name pattern must be a name, a prefix such as \"cpu.*\", or \"*\"");
    }
    return text.equals("*") ? ALL : new NamePattern(text);
  }

  /** Returns whether the pattern matches this name. */
  public boolean matches(String name) {
    return exact ? name.equals(text) : name.startsWith(prefix);
  }

  /**
   * Returns the pattern of the names that this one and another match, which is one of the two; null
   * if there are none.
   */
  public @Nullable NamePattern intersect(NamePattern other) {
    if (isWithin(other)) {
      return this;
    }
    return other.isWithin(this) ? other : null;
  }

  private boolean isWithin(NamePattern other) {
    return exact ? other.matches(text) : !other.exact && prefix.startsWith(other.prefix);
  }

  /** Returns whether the pattern can match one name only. */
  public boolean isExact() {
    return exact;
  }

  @Override
  public int compareTo(NamePattern other) {
    return text.compareTo(other.text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NamePattern pattern && text.equals(pattern.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Returns the pattern as it was written. */
  @Override
  public String toString() {
    return text;
  }
}
