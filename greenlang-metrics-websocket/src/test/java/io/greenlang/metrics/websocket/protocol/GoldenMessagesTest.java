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

/** The server's messages, byte by byte. How to make the files anew is told in {@link Golden}. */
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
  void encode_serverMessage_isTheGoldenFile(String name) {
    for (Encoding encoding : Encoding.values()) {
      byte[] bytes = Objects.requireNonNull(MESSAGES.get(name)).apply(encoding);
      assertThat(text(bytes, encoding)).isEqualTo(text(Golden.read(name, encoding), encoding));
    }
  }

  @Test
  void files_allOfThem_areMessagesOrCommands() {
    TreeSet<String> files = new TreeSet<>(Golden.names(""));
    files.removeAll(Golden.names("command-"));

    assertThat(files).isEqualTo(new TreeSet<>(MESSAGES.keySet()));
  }

  @ParameterizedTest
  @MethodSource("files")
  void oracle_bothEncodings_sayTheSame(String name) {
    Object json = Golden.oracle(Encoding.JSON, Golden.read(name, Encoding.JSON));
    Object packed = Golden.oracle(Encoding.MESSAGEPACK, Golden.read(name, Encoding.MESSAGEPACK));

    assertThat(json).isInstanceOf(Map.class).isEqualTo(packed);
  }

  @ParameterizedTest
  @MethodSource("files")
  void decode_file_saysWhatTheOracleReads(String name) throws Exception {
    for (Encoding encoding : Encoding.values()) {
      byte[] bytes = Golden.read(name, encoding);
      byte[] again = MessageCodec.of(encoding).encode(MessageCodec.of(encoding).decode(bytes));

      assertThat(Golden.oracle(encoding, again)).isEqualTo(Golden.oracle(encoding, bytes));
    }
  }

  @ParameterizedTest
  @EnumSource
  void decode_anyFileCutAnywhere_isMalformed(Encoding encoding) {
    MessageCodec codec = MessageCodec.of(encoding);
    for (String name : Golden.names("")) {
      byte[] whole = Golden.read(name, encoding);
      int end = new String(whole, StandardCharsets.ISO_8859_1).stripTrailing().length();
      int last = encoding == Encoding.JSON ? end : whole.length;
      for (int length = 0; length < last; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThat(catchThrowable(() -> codec.decode(cut)))
            .as("the first %s bytes of %s", length, name)
            .isInstanceOf(MalformedMessageException.class);
      }
    }
  }

  /** Text that a person can read where it differs. */
  private static String text(byte[] bytes, Encoding encoding) {
    return encoding == Encoding.JSON
        ? new String(bytes, StandardCharsets.UTF_8)
        : HexFormat.ofDelimiter(" ").formatHex(bytes);
  }
}
