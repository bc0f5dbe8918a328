package io.greenlang.metrics.prometheus.internal.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parser against random changes of valid bodies, and against bodies that cost time. */
@Timeout(120)
class ExpositionFuzzTest {

  private static final int ROUNDS = 4_000;
  private static final int HOSTILE_BYTES = 1 << 20;
  private static final String PIECES = "{}\"\\=,#_:. \t\n\r\0eE+-0naifINF\u00e9\u20ac";

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROTOBUF")
  void parse_mutatedBody_accountsForEachLine(ExpositionFormat format) throws IOException {
    byte[] valid = ExpositionParserTest.resource(format, "txt").getBytes(UTF_8);
    for (int seed = 0; seed < ROUNDS; seed++) {
      byte[] body = mutated(valid, new Random(seed));
      RecordedLines recorded = RecordedLines.of(body, format);
      long lines = new String(body, UTF_8).lines().count() + 1;
      assertThat((long) recorded.lines.size() + recorded.bad.size())
          .as("seed %d", seed)
          .isLessThanOrEqualTo(lines);
      assertThat(recorded.bad).as("seed %d", seed).noneMatch(problem -> problem.endsWith("null"));
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROTOBUF")
  void parse_oneMutatedLine_keepsAllOthers(ExpositionFormat format) throws IOException {
    List<String> lines = ExpositionParserTest.resource(format, "txt").lines().toList();
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      // The last line of OpenMetrics marks the end.
      int changed = random.nextInt(lines.size() - 1);
      List<String> others = new ArrayList<>(lines);
      others.remove(changed);
      String line =
          new String(mutated(lines.get(changed).getBytes(UTF_8), random), UTF_8)
              .replace('\n', ' ')
              .replace("# EOF", "EOF");
      List<String> mutant = new ArrayList<>(others);
      mutant.add(changed, line);
      List<String> expected = recorded(others, format).lines;
      assertThat(recorded(mutant, format).lines)
          .as("seed %d: %s", seed, line)
          .containsAll(expected)
          .hasSizeBetween(expected.size(), expected.size() + 1);
    }
  }

  private static RecordedLines recorded(List<String> lines, ExpositionFormat format) {
    return RecordedLines.of(String.join("\n", lines) + "\n", format);
  }

  private static byte[] mutated(byte[] valid, Random random) {
    byte[] body = valid;
    for (int i = random.nextInt(4); i >= 0 && body.length > 0; i--) {
      body = mutatedOnce(body, random);
    }
    return body;
  }

  private static byte[] mutatedOnce(byte[] body, Random random) {
    int from = random.nextInt(body.length);
    int to = Math.min(body.length, from + 1 + random.nextInt(12));
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    result.write(body, 0, from);
    switch (random.nextInt(5)) {
      case 0 -> result.write(random.nextInt(256));
      case 1 -> {
        int piece = random.nextInt(PIECES.length());
        result.writeBytes(PIECES.substring(piece, piece + 1).getBytes(UTF_8));
        to = from;
      }
      case 2 -> {
        result.write(body, from, to - from);
        to = from;
      }
      case 3 -> to = random.nextInt(50) == 0 ? body.length : to;
      default -> {
        result.write(body[from] ^ 1 << random.nextInt(8));
        to = from + 1;
      }
    }
    result.write(body, to, body.length - to);
    return result.toByteArray();
  }

  /** A parser of quadratic time would need hours for some of these. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "#",
        "# ",
        "# HELP ",
        "a",
        "a{",
        "a{b=\"",
        "{",
        "\"",
        "\\",
        "a{b=\"\\",
        "a 1",
        "a 1\n",
        "a{b=\"c\",",
        "# TYPE a gauge\n",
        "a 1 # {b=\"c\"} 1\n",
        "x\n",
        "\uFFFD",
        "\u20ac",
        "1",
        "a{b=\"c\",b=\"c\"} 1\n",
        "a 111111111111111111111111111111111111111\n"
      })
  void parse_repeatedPiece_takesLinearTime(String piece) {
    byte[] body = piece.repeat(HOSTILE_BYTES / piece.length()).getBytes(UTF_8);
    body[body.length - 1] = (byte) 0xC3;
    for (ExpositionFormat format : List.of(ExpositionFormat.TEXT, ExpositionFormat.OPENMETRICS)) {
      CountedLines lines = new CountedLines();
      ExpositionParser.parse(body, format, lines);
      assertThat(lines.count).isLessThanOrEqualTo(body.length + 1);
    }
  }

  private static final class CountedLines implements ExpositionHandler {
    int count;

    @Override
    public void type(String family, FamilyType type) {
      count++;
    }

    @Override
    public void help(String family, String text) {
      count++;
    }

    @Override
    public void unit(String family, String unit) {
      count++;
    }

    @Override
    public void sample(String series, double value) {
      count++;
    }

    @Override
    public void badLine(int line, String problem) {
      count++;
    }
  }
}
