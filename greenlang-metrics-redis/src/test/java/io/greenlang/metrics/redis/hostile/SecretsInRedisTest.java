package io.greenlang.metrics.redis.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.redis.rig.RedisServer;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.security.SteadyPublisher;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Threat: a token, the secret or the password of Redis in the log of an instance, in its health, or
 * in Redis. The instance logs at TRACE.
 */
class SecretsInRedisTest {

  private static final String PASSWORD = "password-that-only-redis-may-read";
  private static final String OTHER_PASSWORD = "password-that-is-new";
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final int ROUNDS = AttackSize.of(20);

  private final RedisServer redis = RedisServer.start("--requirepass", PASSWORD);
  @TempDir private Path folder;

  @AfterEach
  void closeRedis() {
    redis.close();
  }

  /** The commands that Redis executes, of all clients; it hides the arguments of AUTH itself. */
  private static final class Monitor implements AutoCloseable {

    final Queue<String> commands = new ConcurrentLinkedQueue<>();
    private final Socket socket;
    private final Thread thread;

    Monitor(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(("AUTH " + PASSWORD + "\r\nMONITOR\r\n").getBytes(UTF_8));
      BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      assertThat(List.of(in.readLine(), in.readLine())).containsOnly("+OK");
      socket.setSoTimeout(0); // from now on, it waits for the next command
      thread = new Thread(() -> in.lines().forEach(commands::add), "monitor");
      thread.setUncaughtExceptionHandler((ended, socketClosed) -> {});
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void secrets_ofInstanceAtTrace_areNeitherLoggedNorStored() throws Exception {
    String url = "redis://:" + PASSWORD + "@127.0.0.1:" + redis.port();
    String forged = ContractTokens.signed("{\"alg\":\"HS256\"}", "{\"sub\":\"x\"}", "y".repeat(64));
    List<String> tokens = List.of(ContractTokens.valid(), forged);
    List<String> written = new ArrayList<>();
    Path log = folder.resolve("log");
    MetricsHub hub = MetricsHub.builder().redisUrl(url).build();
    try (AttackedServer server = AttackedServer.start(hub, settings -> {});
        InstanceProcess instance = new InstanceProcess(url, log, "trace");
        Monitor monitor = new Monitor(redis.port())) {
      server.allowLatency(RedisUnderAttack.NOTICED);
      server.witness().allowAnnouncedGaps();
      server.withstand(
          "secrets in Redis",
          50,
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              tokens.forEach(token -> written.add(present(instance, token)));
            }
            rejectPassword(server);
            written.add(health(instance));
          });
      written.addAll(monitor.commands);
    }
    assertThat(written)
        .anyMatch(text -> text.contains("bus"))
        .anyMatch(text -> text.contains("UP"));
    written.addAll(Files.readAllLines(log, UTF_8));
    assertThat(written)
        .as("the log includes DEBUG")
        .anyMatch(text -> text.contains("Refused the token"));
    for (String token : tokens) {
      for (String secret : token.split("\\.", -1)) {
        assertThat(written).as("a token").noneMatch(text -> text.contains(secret));
      }
    }
    assertThat(written)
        .noneMatch(text -> text.contains(PASSWORD))
        .noneMatch(text -> text.contains(ContractTokens.SECRET));
  }

  /** Connects with a token, subscribes, and returns everything that the server sent. */
  private static String present(InstanceProcess instance, String token) {
    try (RawWebSocket client = RawWebSocket.connect(instance.url())) {
      String response = client.handshake("Authorization: Bearer " + token).toString();
      if (!response.contains("status=101")) {
        return response;
      }
      String subscribe =
          "{\"type\":\"subscribe\",\"data\":{\"channels\":[\""
              + SteadyPublisher.CHANNEL.name()
              + "\"],\"resume\":true}}";
      return response
          + client.nextMessage("welcome").body()
          + client.ask(subscribe, "subscribed").body();
    }
  }

  /** Changes the password of Redis, so that both instances cannot connect until it is restored. */
  private void rejectPassword(AttackedServer server) {
    redis.command("CONFIG", "SET", "requirepass", OTHER_PASSWORD);
    try (Socket admin = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
      admin.setSoTimeout(TIMEOUT_MILLIS);
      BufferedReader replies =
          new BufferedReader(new InputStreamReader(admin.getInputStream(), UTF_8));
      send(admin, replies, "AUTH " + OTHER_PASSWORD);
      send(admin, replies, "CLIENT KILL TYPE normal SKIPME yes");
      send(admin, replies, "CLIENT KILL TYPE pubsub");
      RedisUnderAttack.awaitHealth(server, false);
      send(admin, replies, "CONFIG SET requirepass " + PASSWORD);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RedisUnderAttack.awaitHealth(server, true);
  }

  private static void send(Socket admin, BufferedReader replies, String command)
      throws IOException {
    admin.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
    assertThat(replies.readLine()).as(command).doesNotStartWith("-");
  }

  /** Returns the health of an instance when it is restored. */
  private static String health(InstanceProcess instance) {
    StringBuilder all = new StringBuilder();
    ResourceUsage.await(
        () -> {
          try (RawWebSocket client = RawWebSocket.connect(instance.url())) {
            String health = client.request("GET /health").toString();
            all.append(health);
            return health.contains("\"UP\"");
          }
        });
    return all.toString();
  }
}
