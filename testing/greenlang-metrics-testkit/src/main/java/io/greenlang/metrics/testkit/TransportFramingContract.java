package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How frames become messages, and how long one may be. */
interface TransportFramingContract extends TransportContractPart {

  /** The longest message. */
  int LIMIT = 64 * 1024;

  @Test
  default void message_of64KiB_isTaken() {
    rig().serve();
    RawWebSocket client = rig().raw();
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.TEXT, unknownType(LIMIT)));
    assertThat(client.message().text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void message_of64KiBByTheJdk_isTaken() {
    rig().serve();
    WebSocketTestClient client = rig().client();
    client.send(new String(unknownType(LIMIT), StandardCharsets.US_ASCII));
    assertThat(client.message().text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void message_oneByteMore_closes1009() {
    rig().serve();
    RawWebSocket client = rig().raw();
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.TEXT, unknownType(LIMIT + 1)));
    assertOnlyClose(client, 1009);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 1000, 40_000})
  default void fragments_of64KiB_areTaken(int size) {
    rig().serve();
    RawWebSocket client = rig().raw();
    sendInFragments(client, RawWebSocketFrame.TEXT, unknownType(LIMIT), size);
    assertThat(client.message().text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 1000, 40_000})
  default void fragments_oneByteMore_closes1009AndNothingElse(int size) {
    rig().serve();
    RawWebSocket client = rig().raw();
    sendInFragments(client, RawWebSocketFrame.TEXT, unknownType(LIMIT + 1), size);
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.CONTINUATION, new byte[] {'}'}));
    assertOnlyClose(client, 1009);
  }

  @Test
  default void fragments_textSplitInsideCharacters_isPutTogether() {
    rig().serve();
    RawWebSocket client = rig().raw();
    String command = "{\"type\":\"nonsense\",\"id\":\"✓ünï𝄞\"}";
    sendInFragments(client, RawWebSocketFrame.TEXT, command.getBytes(StandardCharsets.UTF_8), 1);
    assertThat(client.message().text("id")).isEqualTo("✓ünï𝄞");
  }

  @Test
  default void fragments_binary_arePutTogether() {
    rig().serve();
    RawWebSocket client = rig().raw();
    sendInFragments(
        client,
        RawWebSocketFrame.BINARY,
        TransportMessage.pack("{\"type\":\"nonsense\",\"id\":\"7\"}"),
        3);
    assertThat(client.message().text("id")).isEqualTo("7");
  }

  private static void assertOnlyClose(RawWebSocket client, int code) {
    RawWebSocketFrame close = Objects.requireNonNull(client.frame());
    assertThat(close.opcode()).isEqualTo(RawWebSocketFrame.CLOSE);
    assertThat(close.closeCode()).isEqualTo(code);
    client.send(RawWebSocketFrame.close(code));
    assertThat(client.frame()).as("nothing behind the close frame").isNull();
  }

  private static void sendInFragments(RawWebSocket client, int opcode, byte[] message, int size) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int from = 0; from < message.length; from += size) {
      int to = Math.min(from + size, message.length);
      RawWebSocketFrame fragment =
          new RawWebSocketFrame(
              to == message.length,
              0,
              from == 0 ? opcode : RawWebSocketFrame.CONTINUATION,
              Arrays.copyOfRange(message, from, to));
      all.writeBytes(fragment.masked());
    }
    client.send(all.toByteArray());
  }

  private static byte[] unknownType(int length) {
    String frame = "{\"type\":\"\"}";
    String type = "x".repeat(length - frame.length());
    return ("{\"type\":\"" + type + "\"}").getBytes(StandardCharsets.US_ASCII);
  }
}
