package io.greenlang.metrics.jmx;

import io.greenlang.metrics.MetricType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A rule that chooses attributes of MBeans and says which metrics they become. Rules resemble those
 * of Prometheus' jmx_exporter. Immutable: each method returns a changed copy.
 *
 * <pre>{@code
 * JmxRule.matching("java.lang<type=MemoryPool, name=(.+)><Usage>(\\w+)")
 *     .name("pool.$2")
 *     .tag("pool", "$1")
 *     .unit("By");
 * }</pre>
 *
 * <p>The pattern is searched in a text that describes a value: {@code domain<key=value,
 * key=value><path, path>attribute}. The first angle brackets have the properties of the bean's
 * name, with {@code type} first and with their quotes, and the keys of a row of tabular data. The
 * second have the way through composite data: the value {@code used} of the attribute {@code
 * HeapMemoryUsage} is {@code java.lang<type=Memory><HeapMemoryUsage>used}. The number of a simple
 * attribute is {@code java.lang<type=Threading><>ThreadCount}.
 *
 * <p>In the texts of a rule, {@code $1} to {@code $99} stand for the groups of the pattern.
 */
public final class JmxRule {

  /** The rule that accepts everything. */
  static final JmxRule EVERYTHING = matching("");

  private static final Pattern REFERENCE = Pattern.compile("\\$(\\d{1,2})");

  private final Pattern pattern;
  private final @Nullable String name;
  private final Map<String, String> tags;
  private final MetricType type;
  private final double scale;
  private final @Nullable String unit;
  private final @Nullable String description;

  private JmxRule(
      Pattern pattern,
      @Nullable String name,
      Map<String, String> tags,
      MetricType type,
      double scale,
      @Nullable String unit,
      @Nullable String description) {
    this.pattern = pattern;
    this.name = name;
    this.tags = tags;
    this.type = type;
    this.scale = scale;
    this.unit = unit;
    this.description = description;
  }

  /**
   * Returns a rule for the values whose text contains a match of a pattern. Its metrics are gauges
   * with the default name and tags: see {@link JmxSource}.
   *
   * @throws java.util.regex.PatternSyntaxException if the pattern is not a regular expression
   */
  public static JmxRule matching(String pattern) {
    return new JmxRule(Pattern.compile(pattern), null, Map.of(), MetricType.GAUGE, 1, null, null);
  }

  /**
   * Returns a rule that names the metric. Characters other than letters, digits, {@code _}, {@code
   * -} and dots become {@code _}. A metric with its own name has only the tags of the rule.
   *
   * @throws IllegalArgumentException if the text refers to a group that the pattern does not have
   */
  public JmxRule name(String name) {
    return new JmxRule(pattern, requireGroups(name), tags, type, scale, unit, description);
  }

  /**
   * Returns a rule that adds a tag. A value that turns out empty is left out, and one with more
   * than 256 characters is cut.
   *
   * @throws IllegalArgumentException if the text refers to a group that the pattern does not have
   */
  public JmxRule tag(String key, String value) {
    Map<String, String> extended = new LinkedHashMap<>(tags);
    extended.put(Objects.requireNonNull(key, "key"), requireGroups(value));
    return new JmxRule(pattern, name, extended, type, scale, unit, description);
  }

  /** Returns a rule whose values are running totals, and not levels. */
  public JmxRule counter() {
    return new JmxRule(pattern, name, tags, MetricType.COUNTER, scale, unit, description);
  }

  /** Returns a rule whose values are levels, which is the default. */
  public JmxRule gauge() {
    return new JmxRule(pattern, name, tags, MetricType.GAUGE, scale, unit, description);
  }

  /**
   * Returns a rule that multiplies the values: with 0.001, milliseconds become seconds.
   *
   * @throws IllegalArgumentException if it is not a finite number
   */
  public JmxRule scale(double scale) {
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException("scale must be a finite number, but is " + scale);
    }
    return new JmxRule(pattern, name, tags, type, scale, unit, description);
  }

  /** Returns a rule that states the unit of the metric, in UCUM: {@code By}, {@code s}. */
  public JmxRule unit(String unit) {
    Objects.requireNonNull(unit, "unit");
    return new JmxRule(pattern, name, tags, type, scale, unit, description);
  }

  /** Returns a rule that describes the metric for people. */
  public JmxRule description(String description) {
    Objects.requireNonNull(description, "description");
    return new JmxRule(pattern, name, tags, type, scale, unit, description);
  }

  private String requireGroups(String text) {
    int groups = pattern.matcher("").groupCount();
    Matcher references = REFERENCE.matcher(text);
    while (references.find()) {
      if (Integer.parseInt(references.group(1)) > groups) {
        throw new IllegalArgumentException(
            "\""
                + text
                + "\" must refer to at most group "
                + groups
                + " of the pattern "
                + pattern);
      }
    }
    return text;
  }

  /** Returns a matcher that has found the pattern; null if the text does not contain it. */
  @Nullable Matcher find(String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher : null;
  }

  /** Returns a text of this rule with the groups of a match. */
  static String expand(String text, Matcher match) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            reference -> {
              @Nullable String group = match.group(Integer.parseInt(reference.group(1)));
              return Matcher.quoteReplacement(group == null ? "" : group);
            });
  }

  /** Returns the text of the metric's name; null for the default name. */
  @Nullable String name() {
    return name;
  }

  Map<String, String> tags() {
    return tags;
  }

  MetricType type() {
    return type;
  }

  double scale() {
    return scale;
  }

  @Nullable String unit() {
    return unit;
  }

  @Nullable String description() {
    return description;
  }

  /** Returns the pattern and the name, for logs. */
  @Override
  public String toString() {
    return "JmxRule[" + pattern + " -> " + name + "]";
  }
}
