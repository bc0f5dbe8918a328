package io.greenlang.metrics.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage.ErrorCode;
import io.greenlang.metrics.websocket.transport.CloseCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Checks that the examples of {@code docs/reference/protocol.md} are exactly the golden files, and
 * that {@code docs/reference/errors.md} lists every code.
 */
class ProtocolDocTest {

  private static final Path PAGE = Path.of("../docs/reference/protocol.md");
  private static final Path ERRORS_PAGE = Path.of("../docs/reference/errors.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("^```json([^\\n]*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static Map<String, String> examples() throws IOException {
    Map<String, String> examples = new TreeMap<>();
    Matcher matcher = EXAMPLE.matcher(Files.readString(PAGE));
    while (matcher.find()) {
      assertThat(examples.put(matcher.group(1).trim(), matcher.group(2))).isNull();
    }
    return examples;
  }

  @Test
  void examples_allOfThem_areTheGoldenFiles() throws IOException {
    assertThat(examples().keySet()).isEqualTo(new TreeSet<>(GoldenFile.names("")));
  }

  @Test
  void examples_each_equalsItsGoldenFile() throws IOException {
    for (Map.Entry<String, String> example : examples().entrySet()) {
      JsonNode file = JSON.readTree(GoldenFile.read(example.getKey(), Encoding.JSON));
      assertThat(JSON.readTree(example.getValue())).as(example.getKey()).isEqualTo(file);
    }
  }

  @ParameterizedTest
  @EnumSource
  void errorCodes_each_isOnThePage(ErrorCode code) throws IOException {
    assertThat(Files.readString(ERRORS_PAGE)).contains("`" + code + "`");
  }

  @ParameterizedTest
  @EnumSource
  void closeCodes_each_isOnThePage(CloseCode code) throws IOException {
    assertThat(Files.readString(ERRORS_PAGE)).contains("\n| " + code.code() + " |");
  }
}
