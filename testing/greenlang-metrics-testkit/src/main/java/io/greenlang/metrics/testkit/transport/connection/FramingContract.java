package io.greenlang.metrics.testkit.transport.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Framing: how frames become messages, and the limit on message size. */
public interface FramingContract extends ContractPart {

  /** The longest accepted message in bytes. */
  int MAX_MESSAGE_BYTES = 64 * 1024;

  @Test
  default void message_of64KiB_isAccepted() {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.TEXT, unknownType(MAX_MESSAGE_BYTES)));
    assertThat(client.nextMessage().text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void message_of64KiBFromJdkClient_isAccepted() {
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    client.send(new String(unknownType(MAX_MESSAGE_BYTES), StandardCharsets.US_ASCII));
    assertThat(client.nextMessage().text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void message_oneByteOver64KiB_closes1009() {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.TEXT, unknownType(MAX_MESSAGE_BYTES + 1)));
    assertOnlyClose(client, 1009);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 1000, 40_000})
  default void fragments_of64KiB_areAccepted(int size) {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    sendInFragments(client, RawWebSocketFrame.TEXT, unknownType(MAX_MESSAGE_BYTES), size);
    assertThat(client.nextMessage().text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 1000, 40_000})
  default void fragments_oneByteOver64KiB_receivesOnlyClose1009(int size) {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    sendInFragments(client, RawWebSocketFrame.TEXT, unknownType(MAX_MESSAGE_BYTES + 1), size);
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.CONTINUATION, new byte[] {'}'}));
    assertOnlyClose(client, 1009);
  }

  @Test
  default void fragments_splitInsideCharacters_areReassembled() {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    String command = "{\"type\":\"nonsense\",\"id\":\"✓ünï𝄞\"}";
    sendInFragments(client, RawWebSocketFrame.TEXT, command.getBytes(StandardCharsets.UTF_8), 1);
    assertThat(client.nextMessage().text("id")).isEqualTo("✓ünï𝄞");
  }

  @Test
  default void fragments_binary_areReassembled() {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    sendInFragments(
        client,
        RawWebSocketFrame.BINARY,
        ReceivedMessage.pack("{\"type\":\"nonsense\",\"id\":\"7\"}"),
        3);
    assertThat(client.nextMessage().text("id")).isEqualTo("7");
  }

  private static void assertOnlyClose(RawWebSocket client, int code) {
    RawWebSocketFrame close = Objects.requireNonNull(client.nextFrame());
    assertThat(close.opcode()).isEqualTo(RawWebSocketFrame.CLOSE);
    assertThat(close.closeCode()).isEqualTo(code);
    client.send(RawWebSocketFrame.close(code));
    assertThat(client.nextFrame()).as("nothing after the close frame").isNull();
  }

  private static void sendInFragments(RawWebSocket client, int opcode, byte[] message, int size) {
    ByteArrayOutputStream fragments = new ByteArrayOutputStream();
    for (int start = 0; start < message.length; start += size) {
      int end = Math.min(start + size, message.length);
      RawWebSocketFrame fragment =
          new RawWebSocketFrame(
              end == message.length,
              0,
              start == 0 ? opcode : RawWebSocketFrame.CONTINUATION,
              Arrays.copyOfRange(message, start, end));
      fragments.writeBytes(fragment.masked());
    }
    client.send(fragments.toByteArray());
  }

  private static byte[] unknownType(int length) {
    String emptyMessage = "{\"type\":\"\"}";
    String type = "x".repeat(length - emptyMessage.length());
    return ("{\"type\":\"" + type + "\"}").getBytes(StandardCharsets.US_ASCII);
  }
}
