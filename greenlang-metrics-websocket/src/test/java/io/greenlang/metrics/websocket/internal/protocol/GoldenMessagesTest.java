package io.greenlang.metrics.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.greenlang.metrics.frame.Encoding;
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
 * The messages of the server, byte for byte. {@link GoldenFile} describes how to regenerate the
 * files.
 */
class GoldenMessagesTest {

  private static final Map<String, Function<Encoding, byte[]>> MESSAGES = SampleMessages.all();

  static Stream<String> serverMessages() {
    return MESSAGES.keySet().stream();
  }

  static List<String> files() {
    return GoldenFile.names("");
  }

  @BeforeAll
  static void update() throws Exception {
    GoldenFile.updateIfRequested();
  }

  @ParameterizedTest
  @MethodSource("serverMessages")
  void encode_serverMessage_matchesGoldenFile(String name) {
    for (Encoding encoding : Encoding.values()) {
      byte[] bytes = Objects.requireNonNull(MESSAGES.get(name)).apply(encoding);
      assertThat(text(bytes, encoding)).isEqualTo(text(GoldenFile.read(name, encoding), encoding));
    }
  }

  @Test
  void files_all_areMessagesOrCommands() {
    TreeSet<String> files = new TreeSet<>(GoldenFile.names(""));
    files.removeAll(GoldenFile.names("command-"));

    assertThat(files).isEqualTo(new TreeSet<>(MESSAGES.keySet()));
  }

  @ParameterizedTest
  @MethodSource("files")
  void oracle_bothEncodings_haveSameContent(String name) {
    Object json = GoldenFile.oracle(Encoding.JSON, GoldenFile.read(name, Encoding.JSON));
    Object messagePack =
        GoldenFile.oracle(Encoding.MESSAGEPACK, GoldenFile.read(name, Encoding.MESSAGEPACK));

    assertThat(json).isInstanceOf(Map.class).isEqualTo(messagePack);
  }

  @ParameterizedTest
  @MethodSource("files")
  void decode_goldenFile_matchesOracle(String name) throws Exception {
    for (Encoding encoding : Encoding.values()) {
      byte[] bytes = GoldenFile.read(name, encoding);
      byte[] reencoded = MessageCodec.of(encoding).encode(MessageCodec.of(encoding).decode(bytes));

      assertThat(GoldenFile.oracle(encoding, reencoded))
          .isEqualTo(GoldenFile.oracle(encoding, bytes));
    }
  }

  @ParameterizedTest
  @EnumSource
  void decode_fileTruncatedAnywhere_isMalformed(Encoding encoding) {
    MessageCodec codec = MessageCodec.of(encoding);
    for (String name : GoldenFile.names("")) {
      byte[] complete = GoldenFile.read(name, encoding);
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
