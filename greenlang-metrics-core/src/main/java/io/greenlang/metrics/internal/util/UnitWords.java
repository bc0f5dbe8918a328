package io.greenlang.metrics.internal.util;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The mapping of units that other libraries write as English words to <a
 * href="https://ucum.org">UCUM</a>. All integrations share it, so that one word has one unit.
 */
public final class UnitWords {

  /** By the plural, in lower case. */
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

  /** Nouns whose singular does not follow from their ending, and nouns that look like plurals. */
  private static final Map<String, String> SINGULARS =
      Map.ofEntries(
          Map.entry("alias", "alias"),
          Map.entry("aliases", "alias"),
          Map.entry("analysis", "analysis"),
          Map.entry("bonus", "bonus"),
          Map.entry("bus", "bus"),
          Map.entry("buses", "bus"),
          Map.entry("caches", "cache"),
          Map.entry("cookies", "cookie"),
          Map.entry("indices", "index"),
          Map.entry("movies", "movie"),
          Map.entry("news", "news"),
          Map.entry("series", "series"),
          Map.entry("species", "species"),
          Map.entry("status", "status"),
          Map.entry("statuses", "status"),
          Map.entry("vertices", "vertex"),
          Map.entry("zombies", "zombie"));

  /** A word, which is short enough for a unit with its braces. */
  private static final Pattern NOUN = Pattern.compile("[a-z][a-z0-9_-]{2,59}");

  private UnitWords() {}

  /**
   * Returns the unit of a word that is one by itself, such as the ending of a name.
   *
   * @param word a word in the plural and in lower case
   * @return null if the word is not a unit
   */
  public static @Nullable String find(String word) {
    return UNITS.get(word);
  }

  /**
   * Returns the unit that a library declares with a text. Words have their unit in the singular,
   * too. Another noun names the counted things and becomes an annotation in the singular, such as
   * {@code {thread}} for {@code threads}. Any other text is returned as it is, because it can be a
   * unit of UCUM.
   */
  public static String ofDeclared(String text) {
    String word = text.toLowerCase(Locale.ROOT);
    String unit = UNITS.getOrDefault(word, UNITS.get(word + "s"));
    if (unit != null) {
      return unit;
    }
    return NOUN.matcher(word).matches() ? "{" + singular(word) + "}" : text;
  }

  private static String singular(String noun) {
    String irregular = SINGULARS.get(noun);
    if (irregular != null) {
      return irregular;
    }
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
