package io.greenlang.metrics.internal.config;

import io.greenlang.metrics.internal.config.Option.Form;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Factories of {@link Option}s, one for each kind of value. */
public final class Options {

  /** At most nine digits, so that no parsed number overflows. */
  private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?\\d{1,9}");

  /** Exponents are rejected: 1e9 is more likely a mistake than an intention. */
  private static final Pattern DECIMAL = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  private Options() {}

  /** Declares a whole number. */
  public static Option<Integer> integer(String name, int defaultValue, int min, int max) {
    return Option.ofVariable(
        name,
        defaultValue,
        new Form<>(
            "a whole number from " + min + " to " + max, Options::wholeNumber, between(min, max)));
  }

  /**
   * Declares a duration. The environment gives it as a whole number of {@code unit}, and a builder
   * as any {@link Duration} in the range.
   */
  public static Option<Duration> duration(
      String name, ChronoUnit unit, long defaultValue, long min, long max) {
    return Option.ofVariable(
        name,
        Duration.of(defaultValue, unit),
        new Form<>(
            "a whole number of " + words(unit) + " from " + min + " to " + max,
            text -> wholeNumberOf(unit, text),
            between(Duration.of(min, unit), Duration.of(max, unit))));
  }

  /** Declares a duration that the environment gives as a number of seconds, such as 0.5. */
  public static Option<Duration> decimalSeconds(
      String name, Duration defaultValue, Duration min, Duration max) {
    return Option.ofVariable(
        name,
        defaultValue,
        new Form<>(
            "a number of seconds from "
                + seconds(min)
                + " to "
                + seconds(max)
                + ", such as 1 or 0.5",
            Options::decimal,
            between(min, max)));
  }

  /** Declares a text without a pattern. It is trimmed. */
  public static Option<String> text(String name, @Nullable String defaultValue, String allowed) {
    return text(name, defaultValue, allowed, value -> !value.isBlank());
  }

  /** Declares a text that matches a pattern. It is trimmed. */
  public static Option<String> text(
      String name, @Nullable String defaultValue, Pattern pattern, String allowed) {
    return text(name, defaultValue, allowed, pattern.asMatchPredicate());
  }

  private static Option<String> text(
      String name, @Nullable String defaultValue, String allowed, Predicate<String> range) {
    return Option.ofVariable(name, defaultValue, new Form<>(allowed, String::trim, range));
  }

  /**
   * Declares a secret. It is not trimmed, because token issuers do not trim it either, and no error
   * message quotes it.
   */
  public static Option<String> secret(String name, String allowed) {
    return Option.ofVariable(
            name, null, new Form<String>(allowed, text -> text, value -> !value.isEmpty()))
        .unquoted();
  }

  /** Declares a list of texts, separated by commas; empty by default. */
  public static Option<List<String>> list(String name, String allowed) {
    return list(name, allowed, value -> true);
  }

  /** Declares a list of texts that is accepted by {@code range}; empty by default. */
  public static Option<List<String>> list(
      String name, String allowed, Predicate<List<String>> range) {
    return Option.ofVariable(name, List.of(), new Form<>(allowed, Options::elements, range));
  }

  /** Declares a switch that the environment gives as {@code on} or {@code off}. */
  public static Option<Boolean> onOff(String name, boolean defaultValue) {
    return Option.ofVariable(
        name, defaultValue, new Form<>("on or off", Options::onOff, value -> true));
  }

  /** Declares a number or duration without an upper bound, which only a builder can set. */
  public static <T extends Comparable<T>> Option<T> atLeast(
      String builderMethod, @Nullable T defaultValue, T min) {
    return builderOnly(
        builderMethod, defaultValue, "at least " + min, value -> value.compareTo(min) >= 0);
  }

  /** Declares an object that only a builder can set, such as a clock; there is no default. */
  public static <T> Option<T> object(String builderMethod, String allowed) {
    return builderOnly(builderMethod, null, allowed, value -> true);
  }

  private static <T> Option<T> builderOnly(
      String method, @Nullable T defaultValue, String allowed, Predicate<T> range) {
    return Option.ofVariable(method, defaultValue, new Form<T>(allowed, text -> null, range))
        .builderOnly();
  }

  private static <T extends Comparable<T>> Predicate<T> between(T min, T max) {
    return value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
  }

  private static @Nullable Integer wholeNumber(String text) {
    String trimmed = text.trim();
    return WHOLE_NUMBER.matcher(trimmed).matches() ? Integer.valueOf(trimmed) : null;
  }

  private static @Nullable Duration wholeNumberOf(ChronoUnit unit, String text) {
    Integer number = wholeNumber(text);
    return number == null ? null : Duration.of(number, unit);
  }

  private static @Nullable Duration decimal(String text) {
    String trimmed = text.trim();
    return DECIMAL.matcher(trimmed).matches()
        ? Duration.ofNanos(new BigDecimal(trimmed).movePointRight(9).longValueExact())
        : null;
  }

  private static @Nullable Boolean onOff(String text) {
    String word = text.trim().toLowerCase(Locale.ROOT);
    return word.equals("on") ? Boolean.TRUE : word.equals("off") ? Boolean.FALSE : null;
  }

  private static List<String> elements(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::trim)
        .filter(element -> !element.isEmpty())
        .toList();
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros().toPlainString();
  }

  private static String words(ChronoUnit unit) {
    return unit.toString().toLowerCase(Locale.ROOT);
  }
}
