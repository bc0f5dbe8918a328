package io.greenlang.metrics.prometheus.internal.text;

import static io.greenlang.metrics.prometheus.internal.text.ExpositionFormat.OPENMETRICS;
import static io.greenlang.metrics.prometheus.internal.text.ExpositionFormat.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parser against the examples of both specifications, and lines that break them. */
@Timeout(60)
class ExpositionParserTest {

  static String resource(ExpositionFormat format, String extension) throws IOException {
    String name = format == TEXT ? "text" : "openmetrics";
    try (InputStream stream =
        Objects.requireNonNull(
            ExpositionParserTest.class.getResourceAsStream(
                "/exposition/" + name + "." + extension))) {
      return new String(stream.readAllBytes(), UTF_8);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROTOBUF")
  void parse_examplesOfTheSpecification_yieldsTheirLines(ExpositionFormat format)
      throws IOException {
    RecordedLines recorded = RecordedLines.of(resource(format, "txt"), format);
    assertThat(recorded.bad).isEmpty();
    assertThat(recorded.isComplete).isTrue();
    assertThat(recorded.lines)
        .containsExactlyElementsOf(resource(format, "expected").lines().toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a ",
        "a b",
        "1a 1",
        "a-b 1",
        "{} 1",
        "a{b} 1",
        "a{b=} 1",
        "a{b=c} 1",
        "a{b=\"c} 1",
        "a{b=\"c\" 1",
        "a{b=\"c\\x\"} 1",
        "a{b=\"c\"d=\"e\"} 1",
        "a{,} 1",
        "a{b=\"c\",,} 1",
        "a{1b=\"c\"} 1",
        "a{b:c=\"d\"} 1",
        "a{b=\"c\",b=\"d\"} 1",
        "a{b=\"c\"}x 1",
        "a 0x10",
        "a 1d",
        "a 1_000",
        "a 1e",
        "a .",
        "a +",
        "a -NaN",
        "a Infinite",
        "a 1,5",
        "a 1\r",
        "a 1 1 1",
        "a 1 x",
        "# TYPE",
        "# TYPE a",
        "# TYPE a text",
        "# TYPE a gauge gauge",
        "# TYPE 1a gauge",
        "# HELP",
        "# HELP 1a text",
      })
  void parse_badLine_losesOnlyThatLine(String line) {
    RecordedLines text = RecordedLines.of("before 1\n" + line + "\nafter 2\n", TEXT);
    assertThat(text.lines).containsExactly("before{} 1.0", "after{} 2.0");
    assertThat(text.bad).hasSize(1).first().asString().startsWith("2 ");
    RecordedLines open = RecordedLines.of("before 1\n" + line + "\nafter 2\n# EOF\n", OPENMETRICS);
    assertThat(open.lines).containsExactly("before{} 1.0", "after{} 2.0");
    assertThat(open.bad).hasSize(1).first().asString().startsWith("2 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " a 1",
        "a  1",
        "a\t1",
        "a {b=\"c\"} 1",
        "a{b=\"c\",} 1",
        "a{ b = \"c\" } 1",
        "a{b=\"c\"}1",
        "a 1 ",
        "# a comment",
        "#",
      })
  void parse_looseSyntaxOfText_isBadInOpenMetricsOnly(String line) {
    assertThat(RecordedLines.of(line + "\n", TEXT).bad).isEmpty();
    assertThat(RecordedLines.of(line + "\n# EOF\n", OPENMETRICS).bad).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a 1 # {} 1", "a 1 # {b=\"c\"} 1 2.5", "a 1 2.5", "a 1 1e3", "# UNIT a_s s"})
  void parse_syntaxOfOpenMetrics_isAccepted(String line) {
    assertThat(RecordedLines.of(line + "\n# EOF\n", OPENMETRICS).bad).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a 1 # 1", "a 1 # {b} 1", "a 1 # {}", "a 1 #", "a 1 NaN", "a 1 # {} x"})
  void parse_badExemplarOrTimestamp_losesTheLine(String line) {
    assertThat(RecordedLines.of(line + "\n# EOF\n", OPENMETRICS).bad).hasSize(1);
  }

  @Test
  void parse_numbers_haveTheirValues() {
    RecordedLines recorded =
        RecordedLines.of(
            """
            a 1
            a 007
            a -0
            a .5
            a 5.
            a 1e-3
            a nan
            a +inf
            a -Infinity
            a 999999999999999
            a 1234567890123456789
            a 1e999
            """,
            TEXT);
    assertThat(recorded.bad).isEmpty();
    assertThat(recorded.lines.stream().map(line -> line.substring(4)))
        .containsExactly(
            "1.0",
            "7.0",
            "-0.0",
            "0.5",
            "5.0",
            "0.001",
            "NaN",
            "Infinity",
            "-Infinity",
            "9.99999999999999E14",
            "1.23456789012345677E18",
            "Infinity");
  }

  @Test
  void parse_invalidUtf8_losesOnlyThatLine() {
    byte[] body = "a{b=\"\uFFFD\"} 1\nc{d=\"?\"} 2\ne 3\n".getBytes(UTF_8);
    assertThat(RecordedLines.of(body, TEXT).lines).hasSize(3);
    for (int i = 0; i < body.length; i++) {
      if (body[i] == '?') {
        body[i] = (byte) 0xC3;
      }
    }
    RecordedLines recorded = RecordedLines.of(body, TEXT);
    assertThat(recorded.lines).contains("e{} 3.0");
    assertThat(recorded.bad).contains("2 is not valid UTF-8");
  }

  @Test
  void parse_noLineFeedAtTheEnd_losesTheLastLineOfText() {
    RecordedLines recorded = RecordedLines.of("a 1\nb 12", TEXT);
    assertThat(recorded.lines).containsExactly("a{} 1.0");
    assertThat(recorded.bad).hasSize(1);
  }

  @Test
  void parse_openMetricsWithoutEnd_isIncomplete() {
    assertThat(RecordedLines.of("a 1\n", OPENMETRICS).isComplete).isFalse();
    assertThat(RecordedLines.of("a 1\n# EOF", OPENMETRICS).isComplete).isTrue();
  }

  @Test
  void parse_linesAfterTheEnd_areOneBadLine() {
    RecordedLines recorded = RecordedLines.of("a 1\n# EOF\nb 2\nc 3\n", OPENMETRICS);
    assertThat(recorded.lines).containsExactly("a{} 1.0");
    assertThat(recorded.bad).containsExactly("3 follows the mark of the end");
  }

  @Test
  void parse_longLine_isBad() {
    String label = "x".repeat(ExpositionParser.MAX_LINE_LENGTH);
    RecordedLines recorded = RecordedLines.of("a{b=\"" + label + "\"} 1\nc 2\n", TEXT);
    assertThat(recorded.lines).containsExactly("c{} 2.0");
    assertThat(recorded.bad).hasSize(1);
  }

  @Test
  void ofContentType_knownTypes_areFormats() {
    assertThat(ExpositionFormat.ofContentType("text/plain; version=0.0.4; charset=utf-8"))
        .isEqualTo(TEXT);
    assertThat(ExpositionFormat.ofContentType("Text/Plain")).isEqualTo(TEXT);
    assertThat(
            ExpositionFormat.ofContentType(
                "application/openmetrics-text; version=1.0.0; charset=utf-8"))
        .isEqualTo(OPENMETRICS);
    assertThat(ExpositionFormat.ofContentType("text/plain; version=1.0.0")).isNull();
    assertThat(ExpositionFormat.ofContentType("text/html")).isNull();
    assertThat(ExpositionFormat.ofContentType("")).isNull();
  }
}
