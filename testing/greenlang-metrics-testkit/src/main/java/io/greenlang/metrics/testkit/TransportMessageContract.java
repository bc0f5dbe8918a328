package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Malformed, unknown and excessive commands. */
interface TransportMessageContract extends TransportContractPart {

  @Test
  default void malformed_nineTimes_keepsConnection() {
    rig().serve();
    RawWebSocket client = rig().raw();
    for (int i = 0; i < 9; i++) {
      TransportMessage error = client.ask("not JSON", "error");
      assertThat(error.text("code")).isEqualTo("MALFORMED");
      assertThat(error.text("message")).isEqualTo("Malformed message: not JSON");
    }
    assertThat(client.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void malformed_tenTimes_closes4400() {
    rig().serve();
    RawWebSocket client = rig().raw();
    for (int i = 0; i < 20; i++) {
      client.send("not JSON");
    }
    for (int i = 0; i < 10; i++) {
      assertThat(client.message().text("code")).isEqualTo("MALFORMED");
    }
    assertThat(client.closeCode()).isEqualTo(4400);
    client.finishClose();
    assertThat(rig().server().stats().errors()).isEqualTo(10);
  }

  @Test
  default void unknownType_withControlCharacters_errorIsSanitized() {
    rig().serve();
    TransportMessage error =
        rig().raw().ask("{\"type\":\"a\\r\\nERROR \\u001b[31m\\u202e\"}", "error");
    assertThat(error.text("message")).isEqualTo("Unknown message type: a??ERROR ?[31m?");
  }

  @Test
  default void commands_beyondServerCapacity_areRejectedNotQueued() {
    rig().serve();
    RawWebSocket client = rig().raw();
    byte[] command = RawWebSocketFrame.text(TransportRig.subscribe("")).masked();
    byte[] burst = new byte[2000 * command.length];
    for (int i = 0; i < 2000; i++) {
      System.arraycopy(command, 0, burst, i * command.length, command.length);
    }
    Thread sender = new Thread(() -> client.send(burst));
    sender.start();
    int rejections = 0;
    TransportMessage reply = client.message();
    while (!reply.text("id").equals("last")) {
      assertThat(reply.type() + reply.text("code")).isIn("subscribed", "errorRATE_LIMITED");
      rejections += reply.type().equals("error") ? 1 : 0;
      if (!sender.isAlive()) {
        client.send("{\"type\":\"?\",\"id\":\"last\"}");
      }
      reply = client.message();
    }
    assertThat(rejections).as("at most one error per second").isLessThan(10);
    assertThat(rig().server().stats().totalSubscriptions()).isEqualTo(1);
    client.cut();
    TransportResources.await(() -> rig().hub().stats().feeds() == 0);
  }

  @Test
  default void commands_floodThenReset_leavesNoSubscription() {
    rig().serve();
    byte[] subscribe = RawWebSocketFrame.text(TransportRig.subscribe("")).masked();
    byte[] burst = new byte[400 * subscribe.length];
    for (int i = 0; i < 400; i++) {
      System.arraycopy(subscribe, 0, burst, i * subscribe.length, subscribe.length);
    }
    for (int i = 0; i < 50; i++) {
      RawWebSocket client = rig().raw();
      client.send(burst);
      client.cut();
    }
    TransportResources.await(
        () ->
            rig().server().stats().connectedClients() == 0
                && rig().server().stats().totalSubscriptions() == 0
                && rig().hub().stats().feeds() == 0);
  }
}
