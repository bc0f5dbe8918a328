package io.greenlang.metrics.security.hostile.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.random.MessageMutator;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * Threat: bodies of publications over HTTP that are malformed, compressed bombs, huge, or slow.
 * {@code -Dhostile.seed} repeats a run.
 */
class PublishAttackTest {

  private static final String PATH = "/publish/attacker.metrics";
  private static final String PUBLISHER =
      ContractTokens.withClaims(",\"publish\":[\"attacker.*\"]");
  private static final int MAX_BYTES = 256 << 10;
  private static final int MUTATIONS = AttackSize.of(300);
  private static final long SEED = Long.getLong("hostile.seed", new Random().nextLong());

  private static AttackedServer start() {
    return AttackedServer.start(builder -> builder.httpPublishing(true));
  }

  /** Publishes over a separate connection; the JDK's client would leave threads behind. */
  private static int publish(AttackedServer server, String type, String encoding, byte[] body) {
    try (RawWebSocket client = RawWebSocket.connect(server.url())) {
      client.send(
          client.requestHead(
              "POST " + PATH,
              "Authorization: Bearer " + PUBLISHER,
              "Content-Type: " + type,
              "Content-Encoding: " + encoding,
              "Content-Length: " + body.length));
      client.send(body);
      return client.nextResponse(false).status();
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void publish_mutatedBodies_haveCleanAnswers() throws Exception {
    List<byte[]> json =
        List.of(
            "{\"name\":\"a\",\"value\":1,\"tags\":{\"b\":\"c\"}}".getBytes(UTF_8),
            "[{\"a\":{\"b\":1.5}},{\"timestamp\":\"2025-11-08T12:00:00Z\",\"c\":2}]"
                .getBytes(UTF_8));
    List<byte[]> messagePack =
        List.of(HexFormat.of().parseHex("9182a46e616d65a46c6f6164a576616c756502"));
    MessageMutator jsonMutations = new MessageMutator(SEED, json);
    MessageMutator packMutations = new MessageMutator(SEED, messagePack);
    try (AttackedServer server = start()) {
      server.withstand(
          "mutated publications over HTTP",
          50,
          () -> {
            for (int i = 0; i < MUTATIONS; i++) {
              byte[] plain = jsonMutations.next();
              assertThat(publish(server, "application/json", "identity", plain))
                  .as("seed %d, mutation %d", SEED, i)
                  .isIn(200, 400, 422);
              assertThat(publish(server, "application/msgpack", "identity", packMutations.next()))
                  .as("seed %d, mutation %d", SEED, i)
                  .isIn(200, 400, 422);
            }
          });
      assertThat(server.stats().errors()).isZero();
    }
  }

  @Test
  void publish_bombsAndHugeBodies_areRejected() throws Exception {
    byte[] bomb = gzip(new byte[50 << 20]);
    byte[] deep = "[".repeat(MAX_BYTES).getBytes(UTF_8);
    byte[] manySeries = ("[" + "{\"a\":1},".repeat(20_000) + "1]").getBytes(UTF_8);
    byte[] endlessList = HexFormat.of().parseHex("ddffffffff");
    try (AttackedServer server = start()) {
      server.withstand(
          "bombs and huge publications over HTTP",
          50,
          () -> {
            for (int i = 0; i < AttackSize.of(20); i++) {
              assertThat(publish(server, "application/json", "gzip", bomb)).isEqualTo(413);
              assertThat(publish(server, "application/json", "identity", deep)).isEqualTo(400);
              assertThat(publish(server, "application/json", "identity", manySeries))
                  .isEqualTo(400);
              assertThat(publish(server, "application/msgpack", "identity", endlessList))
                  .isEqualTo(400);
              assertThat(publish(server, "application/json", "identity", new byte[MAX_BYTES + 1]))
                  .isEqualTo(413);
            }
          });
      assertThat(server.stats().errors()).isZero();
    }
  }

  /** Bodies that never end occupy no thread; their connections end after the timeout. */
  @Test
  void publish_slowBodies_delayNoOtherClient() throws Exception {
    try (AttackedServer server = start()) {
      server.withstand(
          "slow publications over HTTP",
          100,
          () -> {
            for (int i = 0; i < AttackSize.of(100); i++) {
              RawWebSocket attacker = server.closeAfterAttack(RawWebSocket.connect(server.url()));
              attacker.send(
                  attacker.requestHead(
                      "POST " + PATH,
                      "Authorization: Bearer " + PUBLISHER,
                      "Content-Type: application/json",
                      "Content-Length: " + MAX_BYTES));
              attacker.send("{\"a\":".getBytes(ISO_8859_1));
            }
            assertThat(publish(server, "application/json", "identity", "{\"b\":1}".getBytes(UTF_8)))
                .isEqualTo(200);
          });
      assertThat(server.stats().errors()).isZero();
    }
  }
}
