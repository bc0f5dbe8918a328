package io.greenlang.metrics.codec;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * A parser for one time in ISO 8601 from untrusted input, in every form that common clients write:
 *
 * <ul>
 *   <li>the extended format {@code 2025-11-08T12:00:00.5Z} and the basic format {@code
 *       20251108T120000.5Z}, with {@code T}, {@code t} or a space before the hour;
 *   <li>seconds, which may be missing, and a fraction after a point or comma, of which nine digits
 *       count;
 *   <li>{@code Z}, {@code z}, or an offset of at most 18 hours such as {@code +01}, {@code +0100}
 *       or {@code +01:00}; without either, the time is in UTC, as in Python's {@code
 *       datetime.utcnow().isoformat()};
 *   <li>{@code 24:00:00}, the start of the next day;
 *   <li>the leap second {@code 23:59:60} in UTC, which is the last nanosecond before the next
 *       second.
 * </ul>
 *
 * <p>The date and the minute are required. Years are 0000 to 9999, also in UTC. Used by one thread.
 */
public final class IsoTime {

  /**
   * The failure to read a text that is not a time. The reason quotes only characters that a time
   * can have.
   */
  public static final class MalformedTimeException extends Exception {
    private MalformedTimeException(String reason) {
      // no stack trace: an untrusted client can cause any number of these
      super(reason, null, false, false);
    }

    /** Returns the reason, which completes a sentence: {@code the month is not …}. */
    public String reason() {
      return String.valueOf(getMessage());
    }
  }

  /** The maximum length of a time, in characters. */
  public static final int MAX_LENGTH = 64;

  private static final String TIME_CHARACTERS = "0123456789+-:.,TtZz ";
  private static final int NANO_DIGITS = 9;
  private static final int MAX_OFFSET_SECONDS = 18 * 3600;
  private static final int LEAP_SECOND = 60;
  private static final int DAY_SECONDS = 86_400;
  private static final int LAST_NANO = 999_999_999;
  private static final long EARLIEST_SECOND = -62_167_219_200L;
  private static final long LATEST_SECOND = 253_402_300_799L;

  private final String text;
  private int position;

  /** Whether the time is in the extended format, which separates the numbers. */
  private boolean extended;

  private IsoTime(String text) {
    this.text = text;
  }

  /**
   * Parses a time.
   *
   * @throws MalformedTimeException if the text is not exactly one time, or is outside the years
   *     0000 to 9999
   */
  public static Instant parse(String text) throws MalformedTimeException {
    if (text.length() > MAX_LENGTH) {
      throw new MalformedTimeException("it has more than " + MAX_LENGTH + " characters");
    }
    if (text.chars().anyMatch(c -> TIME_CHARACTERS.indexOf(c) < 0)) {
      throw new MalformedTimeException("it has a character that no time has");
    }
    return new IsoTime(text).time();
  }

  private Instant time() throws MalformedTimeException {
    long midnight = date().toEpochSecond(LocalTime.MIDNIGHT, ZoneOffset.UTC);
    if (!skip("Tt ")) {
      throw malformed(isAtEnd() ? "the time of day is missing" : "no T follows the date");
    }
    int hour = digits(2, 0, 24, "hour");
    expectSeparator(":");
    int minute = digits(2, 0, 59, "minute");
    boolean hasSecond = extended ? skip(":") : isDigit();
    int second = hasSecond ? digits(2, 0, LEAP_SECOND, "second") : 0;
    int nano = hasSecond && skip(".,") ? fraction() : 0;
    if (hour == 24 && (minute | second | nano) != 0) {
      throw malformed("the hour 24 is only valid as 24:00:00");
    }
    long minuteStart = midnight + hour * 3600L + minute * 60L - offset();
    if (!isAtEnd()) {
      throw malformed("there is more after the time");
    }
    return second == LEAP_SECOND ? leapSecond(minuteStart) : instant(minuteStart + second, nano);
  }

  private LocalDate date() throws MalformedTimeException {
    int year = digits(4, 0, 9999, "year");
    extended = skip("-");
    int month = digits(2, 1, 12, "month");
    expectSeparator("-");
    int day = digits(2, 1, YearMonth.of(year, month).lengthOfMonth(), "day");
    return LocalDate.of(year, month, day);
  }

  private Instant leapSecond(long minuteStart) throws MalformedTimeException {
    long before = minuteStart + LEAP_SECOND - 1;
    if (Math.floorMod(before, DAY_SECONDS) != DAY_SECONDS - 1) {
      throw malformed("the second is 60, but not at 23:59 UTC");
    }
    return instant(before, LAST_NANO);
  }

  private Instant instant(long second, int nano) throws MalformedTimeException {
    if (second < EARLIEST_SECOND || second > LATEST_SECOND) {
      throw malformed("in UTC, the year is not from 0000 to 9999");
    }
    return Instant.ofEpochSecond(second, nano);
  }

  /** Reads the digits of a fraction and returns nanoseconds; digits beyond them are cut off. */
  private int fraction() throws MalformedTimeException {
    int start = position;
    int nano = 0;
    while (isDigit()) {
      nano = position - start < NANO_DIGITS ? 10 * nano + digit() : nano;
      position++;
    }
    if (position == start) {
      throw malformed("the fraction has no digits");
    }
    for (int digits = position - start; digits < NANO_DIGITS; digits++) {
      nano *= 10;
    }
    return nano;
  }

  /** Reads the offset, if there is one, and returns seconds. */
  private int offset() throws MalformedTimeException {
    boolean negative = !isAtEnd() && text.charAt(position) == '-';
    if (skip("Zz") || !skip("+-")) {
      return 0;
    }
    int seconds = 3600 * digits(2, 0, 18, "offset's hour");
    boolean separated = skip(":");
    if (separated || isDigit()) {
      seconds += 60 * digits(2, 0, 59, "offset's minute");
      if (separated ? skip(":") : isDigit()) {
        seconds += digits(2, 0, 59, "offset's second");
      }
    }
    if (seconds > MAX_OFFSET_SECONDS) {
      throw malformed("the offset is more than 18 hours");
    }
    return negative ? -seconds : seconds;
  }

  private int digits(int count, int min, int max, String name) throws MalformedTimeException {
    int value = 0;
    for (int i = 0; i < count; i++) {
      if (!isDigit()) {
        throw malformed("the " + name + " does not have " + count + " digits");
      }
      value = 10 * value + digit();
      position++;
    }
    if (value < min || value > max) {
      throw malformed("the " + name + " is not from " + min + " to " + max);
    }
    return value;
  }

  private boolean isAtEnd() {
    return position == text.length();
  }

  private boolean isDigit() {
    return !isAtEnd() && text.charAt(position) >= '0' && text.charAt(position) <= '9';
  }

  private int digit() {
    return text.charAt(position) - '0';
  }

  /** Skips the next character if it is one of these; returns whether it was. */
  private boolean skip(String characters) {
    boolean found = !isAtEnd() && characters.indexOf(text.charAt(position)) >= 0;
    position += found ? 1 : 0;
    return found;
  }

  private void expectSeparator(String separator) throws MalformedTimeException {
    if (extended && !skip(separator)) {
      throw malformed("\"" + separator + "\" is missing at character " + (position + 1));
    }
  }

  private MalformedTimeException malformed(String reason) {
    return new MalformedTimeException(reason + ": \"" + text + "\"");
  }
}
