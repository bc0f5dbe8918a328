package io.greenlang.metrics.security.hostile.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Threat: input that writes its own lines into the log (CWE-117). */
class LogInjectionTest {

  private static final int ROUNDS = AttackSize.of(200);

  private static final List<String> COMMANDS =
      List.of(
          "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"a\\r\\nERROR forged\"]}}",
          "{\"type\":\"a\\n\\u001b[31mERROR forged\"}",
          "{\"type\":\"refresh_token\",\"data\":{\"token\":\"a\\nERROR forged\"}}",
          "{\"type\":\"unsubscribe\",\"id\":\"a\\nERROR forged\",\"channels\":[\"*\"]}");

  @Test
  void input_withLineBreaks_neverBeginsLineOfLog() throws Exception {
    try (AttackedServer server = AttackedServer.start()) {
      server.withstand(
          "log injection",
          50,
          () ->
              assertThat(ConnectionLog.capture(() -> inject(server)).lines())
                  .noneMatch(line -> line.startsWith("ERROR forged") || line.contains("\u001b")));
    }
  }

  private static void inject(AttackedServer server) {
    RawWebSocket attacker = server.attacker();
    for (int round = 0; round < ROUNDS; round++) {
      for (String command : COMMANDS) {
        attacker.send(command);
        attacker.nextMessage();
      }
    }
    try (RawWebSocket client = RawWebSocket.connect(server.urlWithToken("a%0aERROR%20forged"))) {
      client.handshake("X-Forged: a\u001b[31m");
    }
  }
}
