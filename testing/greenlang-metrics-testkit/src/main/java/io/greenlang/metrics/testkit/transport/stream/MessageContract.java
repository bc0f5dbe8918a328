package io.greenlang.metrics.testkit.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;

/** Malformed, unknown and excessive commands. */
public interface MessageContract extends ContractPart {

  @Test
  default void malformed_nineTimes_keepsConnection() {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    for (int i = 0; i < 9; i++) {
      ReceivedMessage error = client.ask("not JSON", "error");
      assertThat(error.text("code")).isEqualTo("MALFORMED");
      assertThat(error.text("message")).isEqualTo("Malformed message: not JSON");
    }
    assertThat(client.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void malformed_tenTimes_closes4400() {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    for (int i = 0; i < 20; i++) {
      client.send("not JSON");
    }
    for (int i = 0; i < 10; i++) {
      assertThat(client.nextMessage().text("code")).isEqualTo("MALFORMED");
    }
    assertThat(client.awaitCloseCode()).isEqualTo(4400);
    client.completeClose();
    assertThat(fixture().server().stats().errors()).isEqualTo(10);
  }

  @Test
  default void unknownType_withControlCharacters_errorIsSanitized() {
    fixture().serve();
    ReceivedMessage error =
        fixture().connectRaw().ask("{\"type\":\"a\\r\\nERROR \\u001b[31m\\u202e\"}", "error");
    assertThat(error.text("message")).isEqualTo("Unknown message type: a??ERROR ?[31m?");
  }

  /** More messages than malformed ones would be allowed. */
  @Test
  default void unknownFields_ofValuesThatJsonCannotExpress_areIgnored() throws IOException {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    byte[] pong = messagePackWithUnknownFields("pong");
    byte[] subscribe = messagePackWithUnknownFields("subscribe");
    for (int i = 0; i < 11; i++) {
      client.send(RawWebSocketFrame.binary(pong));
      client.send(RawWebSocketFrame.binary(subscribe));
      assertThat(client.nextMessage().type()).isEqualTo("subscribed");
    }
    assertThat(fixture().server().stats().errors()).isZero();
  }

  /** A date, bytes, and a map with integer keys, in the message and in its data. */
  private static byte[] messagePackWithUnknownFields(String type) throws IOException {
    try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
      packer.packMapHeader(5).packString("type").packString(type).packString("data");
      packer.packMapHeader(4).packString("channels").packArrayHeader(1);
      packer.packString(TransportFixture.CHANNEL);
      packUnknownFields(packer);
      packUnknownFields(packer);
      return packer.toByteArray();
    }
  }

  private static void packUnknownFields(MessagePacker packer) throws IOException {
    packer.packString("timestamp").packTimestamp(Instant.EPOCH);
    packer.packString("bytes").packBinaryHeader(2).writePayload(new byte[] {1, 2});
    packer.packString("numbers").packMapHeader(1).packInt(1).packArrayHeader(1);
    packer.packTimestamp(Instant.EPOCH);
  }

  @Test
  default void commands_beyondServerCapacity_areRejectedNotQueued() {
    ManualClock clock = new ManualClock(Instant.now()); // the burst takes no time
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    byte[] command = RawWebSocketFrame.text(TransportFixture.subscribe("")).masked();
    byte[] burst = new byte[2000 * command.length];
    for (int i = 0; i < 2000; i++) {
      System.arraycopy(command, 0, burst, i * command.length, command.length);
    }
    AtomicBoolean answered = new AtomicBoolean();
    Thread sender = new Thread(() -> sendThenRepeatLast(client, burst, answered));
    sender.start();
    int rejections = 0;
    try {
      ReceivedMessage reply = client.nextMessage();
      while (!reply.text("id").equals("last")) {
        assertThat(reply.type() + reply.text("code")).isIn("subscribed", "errorRATE_LIMITED");
        rejections += reply.type().equals("error") ? 1 : 0;
        reply = client.nextMessage();
      }
    } finally {
      answered.set(true);
    }
    assertThat(rejections).as("at most one error per second").isLessThan(2);
    assertThat(fixture().server().stats().totalSubscriptions()).isEqualTo(1);
    client.reset();
    ResourceUsage.await(() -> fixture().hub().stats().feeds() == 0);
    ResourceUsage.await(() -> !sender.isAlive());
  }

  /**
   * Sends a burst, and then a last command until it was answered. The server drops commands beyond
   * its capacity, and does not say which.
   */
  private static void sendThenRepeatLast(
      RawWebSocket client, byte[] burst, AtomicBoolean answered) {
    client.send(burst);
    ResourceUsage.await(
        () -> {
          client.send("{\"type\":\"?\",\"id\":\"last\"}");
          return answered.get();
        });
  }

  @Test
  default void commands_floodThenReset_leavesNoSubscription() {
    fixture().serve();
    byte[] subscribe = RawWebSocketFrame.text(TransportFixture.subscribe("")).masked();
    byte[] burst = new byte[400 * subscribe.length];
    for (int i = 0; i < 400; i++) {
      System.arraycopy(subscribe, 0, burst, i * subscribe.length, subscribe.length);
    }
    for (int i = 0; i < 50; i++) {
      RawWebSocket client = fixture().connectRaw();
      client.send(burst);
      client.reset();
    }
    ResourceUsage.await(
        () ->
            fixture().server().stats().connectedClients() == 0
                && fixture().server().stats().totalSubscriptions() == 0
                && fixture().hub().stats().feeds() == 0);
  }
}
