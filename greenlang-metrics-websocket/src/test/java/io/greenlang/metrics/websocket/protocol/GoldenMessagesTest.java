package io.greenlang.metrics.websocket.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.greenlang.metrics.feed.Encoding;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The messages of the server, byte for byte. {@link Golden} describes how to regenerate the files.
 */
class GoldenMessagesTest {

  private static final Map<String, Function<Encoding, byte[]>> MESSAGES = ServerMessages.all();

  static Stream<String> serverMessages() {
    return MESSAGES.keySet().stream();
  }

  static List<String> files() {
    return Golden.names("");
  }

  @BeforeAll
  static void update() throws Exception {
    Golden.updateIfAsked();
  }

  @ParameterizedTest
  @MethodSource("serverMessages")
  void encode_serverMessage_matchesGoldenFile(String name) {
    for (Encoding encoding : Encoding.values()) {
      byte[] bytes = Objects.requireNonNull(MESSAGES.get(name)).apply(encoding);
      assertThat(text(bytes, encoding)).isEqualTo(text(Golden.read(name, encoding), encoding));
    }
  }

  @Test
  void files_all_areMessagesOrCommands() {
    TreeSet<String> files = new TreeSet<>(Golden.names(""));
    files.removeAll(Golden.names("command-"));

    assertThat(files).isEqualTo(new TreeSet<>(MESSAGES.keySet()));
  }

  @ParameterizedTest
  @MethodSource("files")
  void oracle_bothEncodings_haveSameContent(String name) {
    Object json = Golden.oracle(Encoding.JSON, Golden.read(name, Encoding.JSON));
    Object messagePack =
        Golden.oracle(Encoding.MESSAGEPACK, Golden.read(name, Encoding.MESSAGEPACK));

    assertThat(json).isInstanceOf(Map.class).isEqualTo(messagePack);
  }

  @ParameterizedTest
  @MethodSource("files")
  void decode_goldenFile_matchesOracle(String name) throws Exception {
    for (Encoding encoding : Encoding.values()) {
      byte[] bytes = Golden.read(name, encoding);
      byte[] reencoded = MessageCodec.of(encoding).encode(MessageCodec.of(encoding).decode(bytes));

      assertThat(Golden.oracle(encoding, reencoded)).isEqualTo(Golden.oracle(encoding, bytes));
    }
  }

  @ParameterizedTest
  @EnumSource
  void decode_fileTruncatedAnywhere_isMalformed(Encoding encoding) {
    MessageCodec codec = MessageCodec.of(encoding);
    for (String name : Golden.names("")) {
      byte[] complete = Golden.read(name, encoding);
      int end = new String(complete, StandardCharsets.ISO_8859_1).stripTrailing().length();
      int last = encoding == Encoding.JSON ? end : complete.length;
      for (int length = 0; length < last; length++) {
        byte[] truncated = Arrays.copyOf(complete, length);
        assertThat(catchThrowable(() -> codec.decode(truncated)))
            .as("the first %s bytes of %s", length, name)
            .isInstanceOf(MalformedMessageException.class);
      }
    }
  }

  /** Returns text that shows people where messages differ. */
  private static String text(byte[] bytes, Encoding encoding) {
    return encoding == Encoding.JSON
        ? new String(bytes, StandardCharsets.UTF_8)
        : HexFormat.ofDelimiter(" ").formatHex(bytes);
  }
}
