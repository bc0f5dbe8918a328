package io.greenlang.metrics.jmx;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.util.TagValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a source, applied to the values of MBeans. Immutable; any thread. Matching takes
 * microseconds, so that readers remember the result for each place.
 */
final class SeriesMapper {

  /**
   * A series that a value becomes.
   *
   * @param description the unit and description; null if the rule states neither
   */
  record Series(
      Channel channel,
      String name,
      Tags tags,
      MetricType type,
      double scale,
      @Nullable MetricDescription description) {

    /**
     * Returns a sample of this series.
     *
     * @throws IllegalArgumentException if the name is invalid or the number is not finite
     */
    Metric sample(double number) {
      return new Metric(channel, name, type, number * scale, null, tags);
    }
  }

  private final Channel channel;
  private final List<JmxRule> rules;

  SeriesMapper(Channel channel, List<JmxRule> rules) {
    this.channel = channel;
    this.rules = rules.isEmpty() ? List.of(JmxRule.EVERYTHING) : List.copyOf(rules);
  }

  /**
   * Returns the series of a value; null if no rule matches it.
   *
   * @throws IllegalArgumentException if the name, tags, unit or description are invalid
   */
  @Nullable Series map(BeanName bean, BeanValue value) {
    String text = bean.describe(value);
    for (JmxRule rule : rules) {
      @Nullable Matcher match = rule.find(text);
      if (match != null) {
        return series(rule, match, bean, value);
      }
    }
    return null;
  }

  private Series series(JmxRule rule, Matcher match, BeanName bean, BeanValue value) {
    String template = rule.name();
    String name =
        SeriesText.name(
            template == null ? defaultName(bean, value) : JmxRule.expand(template, match));
    Map<String, String> tags =
        template == null ? defaultTags(bean, value) : new TreeMap<String, String>();
    rule.tags().forEach((key, text) -> put(key, JmxRule.expand(text, match), tags));
    MetricDescription description =
        rule.unit() == null && rule.description() == null
            ? null
            : new MetricDescription(channel, name, rule.unit(), rule.description());
    Series series =
        new Series(channel, name, Tags.of(tags), rule.type(), rule.scale(), description);
    Metric unused = series.sample(0); // validates the name, once
    return series;
  }

  /** Returns the domain, the value of the first property, the path and the attribute. */
  private static String defaultName(BeanName bean, BeanValue value) {
    List<String> parts = new ArrayList<>();
    parts.add(bean.domain());
    parts.add(bean.properties().get(0).unquoted());
    parts.addAll(value.path());
    parts.add(value.name());
    return String.join(".", parts);
  }

  /** Returns all properties but the first, and the keys of the row. */
  private static Map<String, String> defaultTags(BeanName bean, BeanValue value) {
    Map<String, String> tags = new TreeMap<>();
    bean.properties().stream()
        .skip(1)
        .forEach(property -> put(property.key(), property.unquoted(), tags));
    value.row().forEach(property -> put(property.key(), property.value(), tags));
    return tags;
  }

  private static void put(String key, String value, Map<String, String> tags) {
    if (!value.isEmpty()) {
      tags.put(key, TagValue.sanitize(value));
    }
  }
}
