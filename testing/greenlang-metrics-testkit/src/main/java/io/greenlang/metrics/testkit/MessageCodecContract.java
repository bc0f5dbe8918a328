package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.testkit.random.MessageMutator;
import io.greenlang.metrics.testkit.random.RandomMessages;
import io.greenlang.metrics.websocket.internal.protocol.Command;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import io.greenlang.metrics.websocket.internal.protocol.CommandParser;
import io.greenlang.metrics.websocket.internal.protocol.MalformedMessageException;
import io.greenlang.metrics.websocket.internal.protocol.MessageCodec;
import io.greenlang.metrics.websocket.internal.protocol.WireLimits;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The contract suite of {@link MessageCodec} implementations. It checks that messages round-trip,
 * and that any input from a client costs at most a {@link MalformedMessageException} and bounded
 * memory.
 */
@SuppressWarnings("exports") // a contract of the engine's own interface
public abstract class MessageCodecContract {

  /** The most that decoding 64 KiB may allocate; the worst case is a list of small maps. */
  private static final long MAX_ALLOCATED = 32L * 1024 * 1024;

  /** The default takes a few seconds; {@code -Dfuzz.rounds=10000000} runs longer. */
  private static final int FUZZ_ROUNDS = Integer.getInteger("fuzz.rounds", 200_000);

  /** Returns the codec under test. */
  protected abstract MessageCodec codec();

  /** Returns the encoding that the codec implements. */
  protected abstract Encoding encoding();

  private byte[] encode(Map<String, ? extends @Nullable Object> message) {
    return ReferenceCodec.write(encoding(), message);
  }

  private void assertMalformed(byte[] message) {
    long before = Allocation.allocatedBytes();
    Throwable thrown = catchThrowable(() -> codec().decode(message));

    assertThat(thrown).isInstanceOf(MalformedMessageException.class);
    assertThat(thrown.getMessage()).matches("[A-Za-z0-9 ,-]{3,60}");
    assertThat(Allocation.allocatedBytes() - before).isLessThan(MAX_ALLOCATED);
  }

  @Test
  void decode_randomMessages_matchesReferenceCodec() throws Exception {
    RandomMessages messages = new RandomMessages(20251108);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = encode(messages.next());

      assertThat(ReferenceCodec.normalize(codec().decode(bytes)))
          .isEqualTo(ReferenceCodec.read(encoding(), bytes));
    }
  }

  @Test
  void encode_randomMessages_isReadableByReferenceCodec() {
    RandomMessages messages = new RandomMessages(42);
    for (int i = 0; i < 2_000; i++) {
      @SuppressWarnings("NullAway") // values may be null
      Map<String, Object> message = messages.next();

      assertThat(ReferenceCodec.read(encoding(), codec().encode(message)))
          .isEqualTo(ReferenceCodec.normalize(message));
    }
  }

  @Test
  void decode_manyKeys_retainsTheirOrder() throws Exception {
    Map<String, Object> message = new LinkedHashMap<>();
    IntStream.range(0, 100).forEach(i -> message.put("k" + (i * 37 % 100), true));

    assertThat(codec().decode(encode(message)).keySet())
        .containsExactlyElementsOf(message.keySet());
  }

  @Test
  void decode_64BitIntegers_areExact() throws Exception {
    BigInteger unsigned = new BigInteger("18446744073709551615");
    Map<String, Object> message =
        Map.of("min", Long.MIN_VALUE, "max", Long.MAX_VALUE, "unsigned", unsigned);

    assertThat(codec().decode(encode(message))).isEqualTo(message);
  }

  @Test
  void decode_emptyMap_isAMessage() throws Exception {
    assertThat(codec().decode(encode(Map.of()))).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> decode_hostileBytes_areMalformed() {
    return HostileMessages.forEncoding(encoding()).entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(shown(e.getKey()), () -> assertMalformed(e.getValue())));
  }

  private static String shown(String name) {
    return "[" + name.replaceAll("[^\\x20-\\x7e]", "?") + "]";
  }

  @Test
  void decode_64KiB_isLongestAccepted() throws Exception {
    int overhead = encode(Map.of("a", "x".repeat(60_000))).length - 60_000;
    String longest = "x".repeat(WireLimits.MAX_MESSAGE_BYTES - overhead);

    assertThat(codec().decode(encode(Map.of("a", longest)))).containsEntry("a", longest);
    assertMalformed(encode(Map.of("a", longest + "x")));
  }

  @Test
  void decode_16Levels_isDeepestAccepted() throws Exception {
    assertThat(codec().decode(encode(nested(15, false)))).isEqualTo(nested(15, false));
    assertThat(codec().decode(encode(nested(15, true)))).isEqualTo(nested(15, true));
    assertMalformed(encode(nested(16, false)));
    assertMalformed(encode(nested(16, true)));
  }

  /** Returns a map that contains {@code levels} nested maps or lists. */
  private static Map<String, Object> nested(int levels, boolean lists) {
    Object inner = "bottom";
    for (int i = 0; i < levels; i++) {
      inner = lists ? List.of(inner) : Map.of("a", inner);
    }
    return Map.of("a", inner);
  }

  @Test
  void decode_truncatedAnywhere_isMalformed() {
    for (Map<String, Object> command : RandomMessages.commands()) {
      byte[] whole = encode(command);
      for (int length = 0; length < whole.length; length++) {
        assertMalformed(Arrays.copyOf(whole, length));
      }
    }
  }

  @Test
  void decode_trailingByte_isMalformed() {
    byte[] message = encode(Map.of("type", "pong"));
    for (int more : new int[] {0, '{', '}', ',', '1', 0x80, 0xc0, 0xff}) {
      byte[] longer = Arrays.copyOf(message, message.length + 1);
      longer[message.length] = (byte) more;
      assertMalformed(longer);
    }
  }

  @Test
  void decode_manyEmptyValues_allocationIsBounded() throws Exception {
    List<Map<String, Object>> emptyMaps = Collections.nCopies(20_000, Map.of());
    List<String> emptyTexts = Collections.nCopies(20_000, "");
    for (List<?> many : List.of(emptyMaps, emptyTexts)) {
      byte[] bytes = encode(Map.of("a", many));
      long before = Allocation.allocatedBytes();

      assertThat(codec().decode(bytes)).containsEntry("a", many);
      assertThat(Allocation.allocatedBytes() - before).isLessThan(MAX_ALLOCATED);
    }
  }

  /** All keys made of "Aa" and "BB" have the same hash. */
  @Test
  void decode_collidingKeys_allocationIsBounded() throws Exception {
    Map<String, Object> colliding = new LinkedHashMap<>();
    for (int i = 0; i < 2_000; i++) {
      StringBuilder key = new StringBuilder();
      for (int bit = 0; bit < 11; bit++) {
        key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      colliding.put(key.toString(), true);
    }
    byte[] bytes = encode(colliding);
    long before = Allocation.allocatedBytes();

    assertThat(codec().decode(bytes)).isEqualTo(colliding);
    assertThat(Allocation.allocatedBytes() - before).isLessThan(MAX_ALLOCATED);
  }

  @Test
  void decode_mutatedCommands_decodesOrIsMalformed() {
    MessageMutator mutations =
        new MessageMutator(7, RandomMessages.commands().stream().map(this::encode).toList());
    int understood = 0;
    int malformed = 0;
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < FUZZ_ROUNDS; i++) {
      byte[] bytes = mutations.next();
      long before = Allocation.allocatedBytes();
      try {
        understood += understand(codec().decode(bytes)) ? 1 : 0;
      } catch (MalformedMessageException e) {
        malformed++;
      } catch (RuntimeException | Error e) {
        failures.add(HexFormat.of().formatHex(bytes) + " caused " + e);
      }
      if (Allocation.allocatedBytes() - before > 1024 * 1024) {
        failures.add(HexFormat.of().formatHex(bytes) + " allocated more than 1 MiB");
      }
    }
    assertThat(failures).isEmpty();
    assertThat(understood).isGreaterThan(FUZZ_ROUNDS / 1000);
    assertThat(malformed).isGreaterThan(FUZZ_ROUNDS / 2);
  }

  /** Processes a decoded message as a session does; a rejected command must yield a valid reply. */
  private boolean understand(Map<String, Object> message) throws MalformedMessageException {
    try {
      Command command = CommandParser.parse(message);
      return command.hashCode() != 1;
    } catch (CommandException e) {
      Map<String, Object> reply = e.toMessage().toMap();
      return codec().decode(codec().encode(reply)).equals(reply);
    }
  }

  @Test
  void encode_unsupportedType_throws() {
    assertThatThrownBy(() -> codec().encode(Map.of("a", new Object())))
        .isInstanceOf(RuntimeException.class);
  }
}
