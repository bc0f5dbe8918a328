package io.greenlang.metrics.prometheus.internal.scrape;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A selection of series by name and label. Immutable.
 *
 * @param included names, or prefixes that end with a star; empty for all
 * @param excluded names, or prefixes that end with a star
 * @param labels the allowed values by label; a series without the label has the value ""
 */
public record SeriesFilter(
    List<String> included, List<String> excluded, Map<String, Set<String>> labels) {

  /**
   * Returns whether a series passes.
   *
   * @param family the name of its family
   * @param name the name of its metric; either of the two names may match
   */
  boolean matches(String family, String name, Map<String, String> seriesLabels) {
    return (included.isEmpty() || isListed(included, family, name))
        && !isListed(excluded, family, name)
        && hasAllowedLabels(seriesLabels);
  }

  private static boolean isListed(List<String> patterns, String family, String name) {
    for (String pattern : patterns) {
      if (matches(pattern, name) || matches(pattern, family)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(String pattern, String name) {
    int last = pattern.length() - 1;
    return pattern.charAt(last) == '*'
        ? name.startsWith(pattern.substring(0, last))
        : name.equals(pattern);
  }

  private boolean hasAllowedLabels(Map<String, String> seriesLabels) {
    for (Map.Entry<String, Set<String>> label : labels.entrySet()) {
      if (!label.getValue().contains(seriesLabels.getOrDefault(label.getKey(), ""))) {
        return false;
      }
    }
    return true;
  }
}
