package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.MetricDescription;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The mapping of units, which Prometheus writes as English words, to UCUM. */
final class FamilyUnits {

  private static final Map<String, String> UNITS =
      Map.ofEntries(
          Map.entry("nanoseconds", "ns"),
          Map.entry("microseconds", "us"),
          Map.entry("milliseconds", "ms"),
          Map.entry("seconds", "s"),
          Map.entry("minutes", "min"),
          Map.entry("hours", "h"),
          Map.entry("days", "d"),
          Map.entry("bits", "bit"),
          Map.entry("bytes", "By"),
          Map.entry("ratio", "1"),
          Map.entry("percent", "%"),
          Map.entry("hertz", "Hz"),
          Map.entry("celsius", "Cel"),
          Map.entry("meters", "m"),
          Map.entry("grams", "g"),
          Map.entry("joules", "J"),
          Map.entry("watts", "W"),
          Map.entry("volts", "V"),
          Map.entry("amperes", "A"));

  private static final Pattern NOUN = Pattern.compile("[a-z][a-z0-9_]*");

  private FamilyUnits() {}

  /**
   * Returns the unit of a family; null if it has none. Text 0.0.4 has no line for units, so a name
   * that ends with one of the words above counts as such a line.
   */
  static @Nullable String of(Family family) {
    String declared = family.unit;
    if (declared != null && !declared.isEmpty()) {
      return ofWord(declared.toLowerCase(Locale.ROOT));
    }
    String name = family.name;
    String base = name.endsWith("_total") ? name.substring(0, name.length() - 6) : name;
    return UNITS.get(base.substring(base.lastIndexOf('_') + 1));
  }

  private static @Nullable String ofWord(String word) {
    String unit = UNITS.get(word);
    if (unit != null) {
      return unit;
    }
    boolean isNoun =
        word.length() <= MetricDescription.MAX_UNIT_LENGTH - 2 && NOUN.matcher(word).matches();
    return isNoun ? "{" + word + "}" : null;
  }
}
