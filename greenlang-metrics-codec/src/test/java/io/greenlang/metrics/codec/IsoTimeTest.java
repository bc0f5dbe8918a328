package io.greenlang.metrics.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.greenlang.metrics.codec.IsoTime.MalformedTimeException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IsoTimeTest {

  /** The accepted forms, as an independent description for the model. */
  private static final Pattern FORM =
      Pattern.compile(
          "(?<year>[0-9]{4})(?:-(?<month>[0-9]{2})-(?<day>[0-9]{2})[Tt ](?<hour>[0-9]{2}):"
              + "(?<minute>[0-9]{2})(?::(?<second>[0-9]{2})(?:[.,](?<fraction>[0-9]+))?)?"
              + "|(?<month2>[0-9]{2})(?<day2>[0-9]{2})[Tt ](?<hour2>[0-9]{2})(?<minute2>[0-9]{2})"
              + "(?:(?<second2>[0-9]{2})(?:[.,](?<fraction2>[0-9]+))?)?)"
              + "(?:[Zz]|(?<sign>[+-])(?<offsetHour>[0-9]{2})(?::(?<offsetMinute>[0-9]{2})"
              + "(?::(?<offsetSecond>[0-9]{2}))?"
              + "|(?<offsetMinute2>[0-9]{2})(?<offsetSecond2>[0-9]{2})?)?)?");

  @ParameterizedTest
  @CsvSource({
    // forms of common clients
    "2025-11-08T12:00:00Z, 2025-11-08T12:00:00Z",
    "2025-11-08T12:00:00.123Z, 2025-11-08T12:00:00.123Z", // JavaScript: toISOString()
    "2025-11-08T12:00:00.123456, 2025-11-08T12:00:00.123456Z", // Python: utcnow().isoformat()
    "2025-11-08T12:00:00, 2025-11-08T12:00:00Z",
    "2025-11-08T12:00:00.123456+00:00, 2025-11-08T12:00:00.123456Z", // Python: now(timezone.utc)
    "2025-11-08 13:00:00.5+01:00, 2025-11-08T12:00:00.5Z", // Python: str()
    "2025-11-08T12:00:00.123456789Z, 2025-11-08T12:00:00.123456789Z", // Go, Rust
    "2025-11-08T13:00:00+0100, 2025-11-08T12:00:00Z", // strftime("%z")
    "2025-11-08T12:00:00-0000, 2025-11-08T12:00:00Z",
    "2025-11-08 13:00:00+01, 2025-11-08T12:00:00Z", // PostgreSQL
    "2025-11-08t12:00:00z, 2025-11-08T12:00:00Z", // RFC 3339
    "20251108T120000Z, 2025-11-08T12:00:00Z",
    "20251108T120000.25+0530, 2025-11-08T06:30:00.25Z",
    "20251108T1200, 2025-11-08T12:00:00Z",
    "20251108T120000, 2025-11-08T12:00:00Z",
    "'2025-11-08T12:00:00,5Z', 2025-11-08T12:00:00.5Z",
    "2025-11-08T12:00Z, 2025-11-08T12:00:00Z",
    "2025-11-08T12:00:00+01:00:30, 2025-11-08T10:59:30Z", // java.time
    "2025-11-08T12:00:00.1234567890123456789Z, 2025-11-08T12:00:00.123456789Z",
    // midnight and leap seconds
    "2025-11-08T24:00:00Z, 2025-11-09T00:00:00Z",
    "2025-11-08T24:00:00.000+01:00, 2025-11-08T23:00:00Z",
    "2024-02-28T24:00Z, 2024-02-29T00:00:00Z",
    "2016-12-31T23:59:60Z, 2016-12-31T23:59:59.999999999Z",
    "2016-12-31T23:59:60.75Z, 2016-12-31T23:59:59.999999999Z",
    "2017-01-01T00:59:60+01:00, 2016-12-31T23:59:59.999999999Z",
    "20161231T235960, 2016-12-31T23:59:59.999999999Z",
    // limits
    "0000-01-01T00:00:00Z, 0000-01-01T00:00:00Z",
    "9999-12-31T23:59:60Z, 9999-12-31T23:59:59.999999999Z",
    "2024-02-29T00:00:00-18:00, 2024-02-29T18:00:00Z",
  })
  void parse_formOfClient_isInstant(String text, String instant) throws MalformedTimeException {
    assertThat(IsoTime.parse(text)).isEqualTo(Instant.parse(instant));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|the year does not have 4 digits",
        "yesterday|it has a character that no time has",
        "now|it has a character that no time has",
        "1762603200|the month is not from 1 to 12",
        "2025-11-08|the time of day is missing",
        "20251108|the time of day is missing",
        "12:00:00|the year does not have 4 digits",
        "25-11-08T12:00:00Z|the year does not have 4 digits",
        "+12025-11-08T12:00:00Z|the year does not have 4 digits",
        "-0001-01-01T00:00:00Z|the year does not have 4 digits",
        "12025-11-08T12:00:00Z|the month does not have 2 digits",
        "2025-13-08T12:00:00Z|the month is not from 1 to 12",
        "2025-00-08T12:00:00Z|the month is not from 1 to 12",
        "2025-1-08T12:00:00Z|the month does not have 2 digits",
        "2025-312T12:00:00Z|the month is not from 1 to 12",
        "2025-W45-6T12:00:00Z|it has a character that no time has",
        "2025-02-29T12:00:00Z|the day is not from 1 to 28",
        "2025-11-31T12:00:00Z|the day is not from 1 to 30",
        "2025-11-08  12:00:00Z|the hour does not have 2 digits",
        "2025-11-08.12:00:00Z|no T follows the date",
        "2025-11-08T25:00:00Z|the hour is not from 0 to 24",
        "2025-11-08T24:00:01Z|the hour 24 is only valid as 24:00:00",
        "2025-11-08T24:00:00.1Z|the hour 24 is only valid as 24:00:00",
        "2025-11-08T12Z|\":\" is missing at character 14",
        "2025-11-08T120000Z|\":\" is missing at character 14",
        "20251108T12:00:00Z|the minute does not have 2 digits",
        "2025-11-08T12:60:00Z|the minute is not from 0 to 59",
        "2025-11-08T12:00:61Z|the second is not from 0 to 60",
        "2025-11-08T12:00:60Z|the second is 60, but not at 23:59 UTC",
        "2016-12-31T23:59:60+01:00|the second is 60, but not at 23:59 UTC",
        "2025-11-08T12:00:00.Z|the fraction has no digits",
        "2025-11-08T12:00.5Z|there is more after the time",
        "2025-11-08T12:00:00 Z|there is more after the time",
        "2025-11-08T12:00:00 +0100|there is more after the time",
        "2025-11-08T12:00:00ZZ|there is more after the time",
        "2025-11-08T12:00:00Z+01|there is more after the time",
        "2025-11-08T12:00:00+1|the offset's hour does not have 2 digits",
        "2025-11-08T12:00:00+19:00|the offset's hour is not from 0 to 18",
        "2025-11-08T12:00:00+01:60|the offset's minute is not from 0 to 59",
        "2025-11-08T12:00:00+18:00:01|the offset is more than 18 hours",
        "0000-01-01T00:00:00+00:01|in UTC, the year is not from 0000 to 9999",
        "9999-12-31T24:00:00Z|in UTC, the year is not from 0000 to 9999",
        "2025-11-08T12:00:00Z[UTC]|it has a character that no time has",
        "\u0662025-11-08T12:00:00Z|it has a character that no time has",
      })
  void parse_anythingElse_isRejectedWithReason(String text, String reason) {
    assertThatExceptionOfType(MalformedTimeException.class)
        .isThrownBy(() -> IsoTime.parse(text))
        .satisfies(e -> assertThat(e.reason()).startsWith(reason));
  }

  @Test
  void parse_rejectedTime_isQuotedIfHarmless() {
    assertThatExceptionOfType(MalformedTimeException.class)
        .isThrownBy(() -> IsoTime.parse("2025-13-08T12:00:00Z"))
        .withMessage("the month is not from 1 to 12: \"2025-13-08T12:00:00Z\"");
    assertThatExceptionOfType(MalformedTimeException.class)
        .isThrownBy(() -> IsoTime.parse("2025-13-08\r\n<script>"))
        .withMessage("it has a character that no time has");
  }

  @Test
  void parse_longText_isRejected() throws MalformedTimeException {
    String longest = "2025-11-08T12:00:00." + "5".repeat(IsoTime.MAX_LENGTH - 21) + "Z";

    assertThat(IsoTime.parse(longest)).isEqualTo(Instant.parse("2025-11-08T12:00:00.555555555Z"));
    assertThatExceptionOfType(MalformedTimeException.class)
        .isThrownBy(() -> IsoTime.parse(longest.replace(".", ".5")))
        .withMessage("it has more than 64 characters");
  }

  @Test
  void parse_randomTimes_equalJavaTime() throws MalformedTimeException {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      int nano = random.nextInt(1_000_000_000);
      LocalDateTime local =
          LocalDateTime.ofEpochSecond(
              random.nextLong(-62_167_000_000L, 253_402_000_000L), nano, ZoneOffset.UTC);
      ZoneOffset offset = ZoneOffset.ofTotalSeconds(random.nextInt(-18 * 3600, 18 * 3600 + 1));
      String text = write(local, offset, random);

      assertThat(IsoTime.parse(text))
          .as("%s, seed %d", text, seed)
          .isEqualTo(local.toInstant(offset));
    }
  }

  /** Changes a few characters of valid times, and compares the verdict with the model. */
  @Test
  void parse_randomChanges_equalModel() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    String alphabet = "0123456789+-:.,TtZz x";
    int accepted = 0;
    for (int i = 0; i < 60_000; i++) {
      LocalDateTime local = LocalDateTime.of(2024, 2, 28, 23, 59, 59, random.nextInt(1000));
      ZoneOffset offset = ZoneOffset.ofHours(random.nextInt(-18, 19));
      StringBuilder text = new StringBuilder(write(local, offset, random));
      for (int j = random.nextInt(4); j > 0; j--) {
        int at = random.nextInt(text.length());
        text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
      }
      text.setLength(text.length() - (random.nextInt(4) == 0 ? random.nextInt(text.length()) : 0));
      Instant expected = model(text.toString());
      accepted += expected == null ? 0 : 1;

      assertThat(parseOrNull(text.toString())).as("%s, seed %d", text, seed).isEqualTo(expected);
    }
    assertThat(accepted).as("accepted, seed %d", seed).isBetween(12_000, 58_000);
  }

  private static String write(LocalDateTime local, ZoneOffset offset, Random random) {
    boolean extended = random.nextBoolean();
    String pattern =
        extended ? "%04d-%02d-%02d%s%02d:%02d:%02d%s%09d" : "%04d%02d%02d%s%02d%02d%02d%s%09d";
    String separator = pick(random, "T", "t", " ");
    String dateTime =
        String.format(
            pattern,
            local.getYear(),
            local.getMonthValue(),
            local.getDayOfMonth(),
            separator,
            local.getHour(),
            local.getMinute(),
            local.getSecond(),
            pick(random, ".", ","),
            local.getNano());
    return dateTime + writeOffset(offset.getTotalSeconds(), random);
  }

  private static String writeOffset(int seconds, Random random) {
    if (seconds == 0) {
      return pick(random, "Z", "z", "", "+00", "-00:00");
    }
    int absolute = Math.abs(seconds);
    String colon = pick(random, ":", "");
    String text = String.format("%s%02d", seconds < 0 ? "-" : "+", absolute / 3600);
    if (absolute % 3600 != 0 || random.nextBoolean()) {
      text += String.format("%s%02d", colon, absolute / 60 % 60);
      text += absolute % 60 == 0 ? "" : String.format("%s%02d", colon, absolute % 60);
    }
    return text;
  }

  private static String pick(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static @Nullable Instant parseOrNull(String text) {
    try {
      return IsoTime.parse(text);
    } catch (MalformedTimeException e) {
      return null;
    }
  }

  /** Returns what java.time reads from the canonical form; null if the text has no valid form. */
  private static @Nullable Instant model(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return null;
    }
    try {
      String second = part(parts, "second", "00");
      boolean leap = second.equals("60");
      String fraction = part(parts, "fraction", "0");
      String nanos = (fraction + "000000000").substring(0, 9);
      String hour = part(parts, "hour", "");
      boolean midnight = hour.equals("24");
      String minute = part(parts, "minute", "");
      if (midnight && !(minute + second + nanos).matches("0*")) {
        return null;
      }
      Instant time =
          OffsetDateTime.parse(
                  parts.group("year")
                      + ("-" + part(parts, "month", "") + "-" + part(parts, "day", ""))
                      + ("T" + (midnight ? "00" : hour) + ":" + minute)
                      + (":" + (leap ? "59" : second) + "." + (leap ? "999999999" : nanos))
                      + offset(parts))
              .plusDays(midnight ? 1 : 0)
              .toInstant();
      boolean isLeapMinute = time.toString().contains("T23:59:59.");
      int year = time.atOffset(ZoneOffset.UTC).getYear();
      return year < 0 || year > 9999 || (leap && !isLeapMinute) ? null : time;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static String offset(Matcher parts) {
    return parts.group("sign") == null
        ? "Z"
        : parts.group("sign")
            + (parts.group("offsetHour") + ":" + part(parts, "offsetMinute", "00"))
            + (":" + part(parts, "offsetSecond", "00"));
  }

  /** Returns a part of the extended or of the basic format. */
  private static String part(Matcher parts, String name, String missing) {
    String extended = parts.group(name);
    return Objects.requireNonNullElse(
        extended == null ? parts.group(name + "2") : extended, missing);
  }
}
