package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.MetricDescription;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The mapping of Micrometer's base units, which are English words, to UCUM. A word that is no unit
 * names the counted things, such as {@code threads}; it becomes an annotation in the singular.
 */
final class MeterUnits {

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
          Map.entry("kilobytes", "kBy"),
          Map.entry("megabytes", "MBy"),
          Map.entry("gigabytes", "GBy"),
          Map.entry("kibibytes", "KiBy"),
          Map.entry("mebibytes", "MiBy"),
          Map.entry("gibibytes", "GiBy"),
          Map.entry("percent", "%"),
          Map.entry("ratio", "1"),
          Map.entry("hertz", "Hz"),
          Map.entry("celsius", "Cel"),
          Map.entry("watts", "W"),
          Map.entry("joules", "J"),
          Map.entry("volts", "V"),
          Map.entry("amperes", "A"));

  private static final Pattern NOUN = Pattern.compile("[a-z][a-z0-9_-]{2,59}");
  private static final Pattern UNIT = Pattern.compile("[!-~]{1,63}");

  private MeterUnits() {}

  /** Returns the unit of UCUM; null if there is none, or if it cannot be one. */
  static @Nullable String ofBaseUnit(@Nullable String baseUnit) {
    if (baseUnit == null || baseUnit.length() > MetricDescription.MAX_UNIT_LENGTH) {
      return null;
    }
    String word = baseUnit.toLowerCase(Locale.ROOT);
    String unit = UNITS.getOrDefault(word, UNITS.get(word + "s"));
    if (unit != null) {
      return unit;
    }
    if (NOUN.matcher(word).matches()) {
      return "{" + singular(word) + "}";
    }
    return UNIT.matcher(baseUnit).matches() ? baseUnit : null;
  }

  private static String singular(String noun) {
    if (noun.endsWith("ies")) {
      return noun.substring(0, noun.length() - 3) + "y";
    }
    if (noun.matches(".*(ss|x|ch|sh)es")) {
      return noun.substring(0, noun.length() - 2);
    }
    boolean isPlural = noun.endsWith("s") && !noun.endsWith("ss");
    return isPlural ? noun.substring(0, noun.length() - 1) : noun;
  }
}
