package io.greenlang.metrics.internal.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Factories of {@link Option}s, one for each kind of value. */
public final class Options {

  /** At most nine digits, so that no parsed number overflows. */
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?\\d{1,9}");

  /** Exponents are rejected: 1e9 is more likely a mistake than an intention. */
  private static final Pattern DECIMAL = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  private Options() {}

  /** A whole number. */
  public static Option<Integer> integer(String name, int defaultValue, int min, int max) {
    return new Option<>(
        name,
        true,
        false,
        defaultValue,
        "a whole number from " + min + " to " + max,
        Options::wholeNumber,
        value -> value >= min && value <= max);
  }

  /**
   * A duration that the environment gives as a whole number of {@code unit}, and a builder as any
   * {@link Duration} in the range.
   */
  public static Option<Duration> duration(
      String name, ChronoUnit unit, long defaultValue, long min, long max) {
    return new Option<>(
        name,
        true,
        false,
        Duration.of(defaultValue, unit),
        "a whole number of " + words(unit) + " from " + min + " to " + max,
        text -> {
          Integer number = wholeNumber(text);
          return number == null ? null : Duration.of(number, unit);
        },
        value ->
            value.compareTo(Duration.of(min, unit)) >= 0
                && value.compareTo(Duration.of(max, unit)) <= 0);
  }

  /** A duration that the environment gives as a decimal number of seconds, such as 0.5. */
  public static Option<Duration> decimalSeconds(
      String name, Duration defaultValue, Duration min, Duration max) {
    return new Option<>(
        name,
        true,
        false,
        defaultValue,
        "a number of seconds from " + seconds(min) + " to " + seconds(max) + ", such as 1 or 0.5",
        Options::decimal,
        value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
  }

  /** A text without a pattern. It is trimmed. */
  public static Option<String> text(String name, @Nullable String defaultValue, String allowed) {
    return new Option<>(
        name, true, false, defaultValue, allowed, String::trim, value -> !value.isBlank());
  }

  /** A text that matches a pattern. It is trimmed. */
  public static Option<String> text(
      String name, @Nullable String defaultValue, Pattern pattern, String allowed) {
    return new Option<>(
        name,
        true,
        false,
        defaultValue,
        allowed,
        String::trim,
        value -> pattern.matcher(value).matches());
  }

  /**
   * A secret. It is not trimmed, because token issuers do not trim it either, and no error message
   * quotes it.
   */
  public static Option<String> secret(String name, String allowed) {
    return new Option<>(name, true, true, null, allowed, text -> text, value -> !value.isEmpty());
  }

  /** A list of texts, separated by commas; empty by default. */
  public static Option<List<String>> list(String name, String allowed) {
    return new Option<>(
        name,
        true,
        false,
        List.of(),
        allowed,
        text ->
            Arrays.stream(text.split(",", -1))
                .map(String::trim)
                .filter(element -> !element.isEmpty())
                .toList(),
        value -> true);
  }

  private static @Nullable Integer wholeNumber(String text) {
    String trimmed = text.trim();
    return WHOLE_NUMBER.matcher(trimmed).matches() ? Integer.valueOf(trimmed) : null;
  }

  private static @Nullable Duration decimal(String text) {
    String trimmed = text.trim();
    return DECIMAL.matcher(trimmed).matches()
        ? Duration.ofNanos(new BigDecimal(trimmed).movePointRight(9).longValueExact())
        : null;
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros().toPlainString();
  }

  private static String words(ChronoUnit unit) {
    return unit.toString().toLowerCase(Locale.ROOT);
  }
}
