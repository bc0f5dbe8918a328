package io.greenlang.metrics.subscription;

/**
 * A name, or all names with a prefix: {@code cpu.percent}, {@code cpu.*}, {@code *}.
 *
 * <p>The star stands only at the end, by itself or after a dot; {@code cpu.*} does not match {@code
 * cpu}.
 */
public final class NamePattern implements Comparable<NamePattern> {

  /** Matches every name. */
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
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if it is empty, longer than 128 characters, or has a star
   *     anywhere but at the end after a dot
   */
  public static NamePattern of(String text) {
    int star = text.indexOf('*');
    boolean starIsLast = star == text.length() - 1;
    boolean afterDot = star == 0 || (star > 0 && text.charAt(star - 1) == '.');
    if (text.isEmpty() || text.length() > 128 || (star >= 0 && !(starIsLast && afterDot))) {
      throw new IllegalArgumentException(
          "a name pattern is a name, a prefix such as \"cpu.*\", or \"*\"");
    }
    return text.equals("*") ? ALL : new NamePattern(text);
  }

  /** Whether the name is the one meant, or has the prefix. */
  public boolean matches(String name) {
    return exact ? name.equals(text) : name.startsWith(prefix);
  }

  /** Whether it can match one name only. */
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

  /** The pattern as it was written. */
  @Override
  public String toString() {
    return text;
  }
}
