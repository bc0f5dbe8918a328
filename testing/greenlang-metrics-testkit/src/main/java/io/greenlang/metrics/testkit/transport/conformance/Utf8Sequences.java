package io.greenlang.metrics.testkit.transport.conformance;

import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Sections 6.5 to 6.23: sequences of bytes that are valid or invalid in UTF-8, in hexadecimal, each
 * in one text frame. They include the sequences of Markus Kuhn's decoder stress test.
 */
final class Utf8Sequences {

  private static final String GREEK = "cebae1bdb9cf83cebcceb5";

  /** The prefixes of {@link #GREEK}, by their number of bytes, that end with a whole character. */
  private static final List<Integer> WHOLE_PREFIXES = List.of(2, 5, 7, 9, 11);

  private static final List<String> TRUNCATED =
      List.of(
          "c0",
          "e080",
          "f08080",
          "f8808080",
          "fc80808080",
          "df",
          "efbf",
          "f7bfbf",
          "fbbfbfbf",
          "fdbfbfbfbf");

  private static final List<Group> GROUPS =
      List.of(
          valid(
              5,
              "valid text",
              "68656c6c6f24776f726c64",
              "68656c6c6fc2a2776f726c64",
              "68656c6c6fe282ac776f726c64",
              "68656c6c6ff0a4ada2776f726c64",
              GREEK),
          valid(7, "first sequence of its length", "00", "c280", "e0a080", "f0908080"),
          invalid(8, "first sequence of five or six bytes", "f888808080", "fc8480808080"),
          valid(9, "last sequence of its length", "7f", "dfbf", "efbfbf", "f48fbfbf"),
          invalid(10, "last sequence beyond U+10FFFF", "f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf"),
          invalid(
              12,
              "unexpected continuation bytes",
              "80",
              "bf",
              "80bf",
              "80bf80",
              "80bf80bf",
              "80bf80bf80",
              "80bf80bf80bf",
              range(0x80, 0xBF, "")),
          invalid(
              13,
              "first bytes that a space follows",
              range(0xC0, 0xDF, "20"),
              range(0xE0, 0xEF, "20"),
              range(0xF0, 0xF7, "20"),
              range(0xF8, 0xFB, "20"),
              range(0xFC, 0xFD, "20")),
          invalid(14, "the last continuation byte is missing", TRUNCATED.toArray(String[]::new)),
          invalid(15, "truncated sequences in a row", String.join("", TRUNCATED)),
          invalid(16, "bytes that occur in no UTF-8", "fe", "ff", "fefeffff"),
          invalid(
              17, "an overlong slash", "c0af", "e080af", "f08080af", "f8808080af", "fc80808080af"),
          invalid(
              18,
              "longest overlong sequence",
              "c1bf",
              "e09fbf",
              "f08fbfbf",
              "f887bfbfbf",
              "fc83bfbfbfbf"),
          invalid(
              19, "an overlong NUL", "c080", "e08080", "f0808080", "f880808080", "fc8080808080"),
          invalid(
              20,
              "a single surrogate",
              "eda080",
              "edadbf",
              "edae80",
              "edafbf",
              "edb080",
              "edbe80",
              "edbfbf"),
          invalid(
              21,
              "a pair of surrogates",
              "eda080edb080",
              "eda080edbfbf",
              "edadbfedb080",
              "edadbfedbfbf",
              "edae80edb080",
              "edae80edbfbf",
              "edafbfedb080",
              "edafbfedbfbf"),
          valid(22, "a noncharacter", nonCharacters()),
          valid(
              23,
              "a special",
              "efbfb9",
              "efbfba",
              "efbfbb",
              "efbfbc",
              "efbfbd",
              "efbfbe",
              "efbfbf"));

  /** The sequences of one subsection, all valid or all invalid. */
  private record Group(int number, String description, boolean valid, List<String> sequences) {}

  private Utf8Sequences() {}

  static Stream<ConformanceCase> cases() {
    return Stream.of(GROUPS.stream().flatMap(Utf8Sequences::cases), prefixes(), boundaries())
        .flatMap(part -> part);
  }

  private static Stream<ConformanceCase> cases(Group group) {
    List<ConformanceCase> cases = new ArrayList<>();
    for (String sequence : group.sequences()) {
      String id = "6." + group.number() + "." + (cases.size() + 1);
      cases.add(sequence(id, group.description(), sequence, group.valid()));
    }
    return cases.stream();
  }

  private static Stream<ConformanceCase> prefixes() {
    return IntStream.rangeClosed(1, GREEK.length() / 2)
        .mapToObj(
            length ->
                sequence(
                    "6.6." + length,
                    "a prefix of valid text",
                    GREEK.substring(0, 2 * length),
                    WHOLE_PREFIXES.contains(length)));
  }

  private static Stream<ConformanceCase> boundaries() {
    String description = "a boundary of the code points";
    return Stream.of(
        sequence("6.11.1", description, "ed9fbf", true),
        sequence("6.11.2", description, "ee8080", true),
        sequence("6.11.3", description, "efbfbd", true),
        sequence("6.11.4", description, "f48fbfbf", true),
        sequence("6.11.5", description, "f4908080", false));
  }

  /** A valid sequence is not a command; as the id of a command it is returned. */
  private static ConformanceCase sequence(
      String id, String description, String hex, boolean valid) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    ConformanceCase.Builder builder =
        ConformanceCase.named(id, description + ": " + shortened(hex))
            .frame(RawWebSocketFrame.of(RawWebSocketFrame.TEXT, bytes));
    if (!valid) {
      return builder.expect("close 1007");
    }
    if (bytes[0] < ' ' && bytes[0] >= 0) {
      return builder.expect("MALFORMED"); // JSON allows no control character in an id
    }
    return builder
        .await(1)
        .echoOf(new String(bytes, StandardCharsets.UTF_8))
        .echo()
        .expect("MALFORMED, echo");
  }

  private static String shortened(String hex) {
    return hex.length() <= 30 ? hex : hex.substring(0, 30) + "...";
  }

  private static Group valid(int number, String description, String... sequences) {
    return new Group(number, description, true, List.of(sequences));
  }

  private static Group invalid(int number, String description, String... sequences) {
    return new Group(number, description, false, List.of(sequences));
  }

  private static String range(int first, int last, String suffix) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(each -> HexFormat.of().toHexDigits((byte) each) + suffix)
        .collect(Collectors.joining());
  }

  /** Returns U+FFFE and U+FFFF, and the two last code points of each further plane. */
  private static String[] nonCharacters() {
    return IntStream.rangeClosed(0, 16)
        .flatMap(plane -> IntStream.of(plane << 16 | 0xFFFE, plane << 16 | 0xFFFF))
        .mapToObj(Character::toString)
        .map(text -> HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)))
        .toArray(String[]::new);
  }
}
