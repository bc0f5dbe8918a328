package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.internal.util.UnitWords;
import io.greenlang.metrics.prometheus.internal.text.FamilyType;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The units and help texts of the published metrics. Confined to the collecting thread. */
final class FamilyDescriptions {

  private List<MetricDescription> current = List.of();

  /** Returns the descriptions; the same collection as before unless {@link #update} changed it. */
  Collection<MetricDescription> all() {
    return current;
  }

  /** Describes the metrics of some series; one series describes all of its name. */
  void update(Channel channel, Collection<ScrapedSeries> series) {
    Map<String, MetricDescription> byName = new LinkedHashMap<>();
    for (ScrapedSeries each : series) {
      String name = each.id.name();
      if (byName.size() < MetricDescription.MAX_PER_CHANNEL && !byName.containsKey(name)) {
        MetricDescription description =
            MetricDescription.imported(channel, name, unitOf(name, each.family), each.family.help);
        if (description != null) {
          byName.put(name, description);
        }
      }
    }
    List<MetricDescription> updated = List.copyOf(byName.values());
    if (!updated.equals(current)) {
      current = updated;
    }
  }

  private static @Nullable String unitOf(String name, Family family) {
    boolean isCount = family.type == FamilyType.SUMMARY && name.equals(family.name + "_count");
    return isCount ? "1" : unitOf(family);
  }

  /**
   * Returns the unit of a family; null if it has none. Text 0.0.4 has no line for units, so a name
   * that ends with the word of a unit counts as such a line.
   */
  private static @Nullable String unitOf(Family family) {
    String declared = family.unit;
    if (declared != null && !declared.isEmpty()) {
      return UnitWords.ofDeclared(declared);
    }
    String name = family.name;
    String base = name.endsWith("_total") ? name.substring(0, name.length() - 6) : name;
    return UnitWords.find(base.substring(base.lastIndexOf('_') + 1));
  }
}
