package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.ControlClient;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Thousands of connections that present no token and finish no request. Meanwhile a connected
 * client misses nothing, and new clients connect at once.
 */
final class HalfOpenConnectionsTest {

  private static final int ATTACKERS = 3_000;
  private static final long MAX_BYTES = 32L << 20;

  private final List<NettyServer> servers = new ArrayList<>();
  private final TransportFixture fixture = new TransportFixture(this::start, Map.of());

  private NettyServer start(MetricsWebSocketServerBuilder settings) {
    NettyServer server = NettyServer.start(settings, NettyServer.PATIENT);
    servers.add(server);
    return server;
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private PendingConnections serve(Consumer<MetricsWebSocketServerBuilder> limits) {
    fixture.serve(limits.andThen(builder -> builder.jwtSecret(ContractTokens.SECRET)));
    return servers.get(0).pending();
  }

  private ControlClient startControlClient() {
    RawWebSocket client = fixture.connectRaw(fixture.url("token=" + ContractTokens.valid()));
    return fixture.closeAfterTest(new ControlClient(fixture, client));
  }

  private HalfOpenClients attackers(int headers, int headerBytes) {
    return fixture.closeAfterTest(
        new HalfOpenClients(fixture.server().url(), headers, headerBytes));
  }

  /** Returns the time from a new client's connect to its welcome. */
  private Duration connect() {
    long start = System.nanoTime();
    fixture.connectRaw(fixture.url("token=" + ContractTokens.valid())).closeGracefully();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void halfOpen_thousandsFromOneAddress_closesOnlyTheirs() {
    PendingConnections pending = serve(builder -> builder.maxPendingConnectionsPerAddress(500));
    ControlClient control = startControlClient();
    RawWebSocket idle = fixture.closeAfterTest(RawWebSocket.connect(fixture.server().url()));
    HalfOpenClients attackers = attackers(90, 170);
    List<Duration> connects = new ArrayList<>();
    String log =
        ConnectionLog.capture(
            () -> {
              for (int i = 1; i <= ATTACKERS; i++) {
                attackers.connectFrom("127.0.0.2");
                if (i % 250 == 0) {
                  assertThat(pending.size()).isLessThanOrEqualTo(502);
                  connects.add(connect());
                  control.awaitMore(2);
                }
              }
            });
    ResourceUsage.await(() -> fixture.server().stats().connectionsRefused() == ATTACKERS - 500);
    assertThat(pending.bytes()).isLessThanOrEqualTo(500L * 2 * 16_384);
    Collections.sort(connects);
    assertThat(connects.get(connects.size() / 2)).isLessThan(Duration.ofSeconds(1));
    assertThat(idle.request("GET /health").status())
        .as("the oldest connection, from another address")
        .isEqualTo(200);
    assertThat(log.lines().filter(line -> line.contains("WARN")).count())
        .as("once per minute")
        .isLessThanOrEqualTo(1);
  }

  @Test
  void halfOpen_maximalHeadsFromManyAddresses_staysWithinBytes() {
    PendingConnections pending = serve(builder -> {});
    ControlClient control = startControlClient();
    HalfOpenClients attackers = attackers(95, 170);
    for (int i = 0; i < ATTACKERS; i++) {
      attackers.connectFrom("127.0." + (1 + i / 50) + ".1");
      if (i % 250 == 0) {
        assertThat(pending.bytes()).isLessThanOrEqualTo(MAX_BYTES);
        assertThat(connect()).isLessThan(Duration.ofSeconds(10));
        control.awaitMore(2);
      }
    }
    assertThat(fixture.server().stats().connectionsRefused())
        .as("3,000 times 16 KiB exceed 32 MiB")
        .isPositive();
    control.awaitMore(2);
  }

  /** A response that a client does not read counts like a request that it does not finish. */
  @Test
  void responses_neverRead_countAsPending() {
    PendingConnections pending = serve(builder -> builder.maxPendingConnectionsPerAddress(20));
    List<RawWebSocket> clients = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      RawWebSocket client =
          fixture.closeAfterTest(RawWebSocket.connect(fixture.server().url(), 2048));
      client.send(client.requestHead("GET /app.js"));
      clients.add(client);
      assertThat(pending.size()).isLessThanOrEqualTo(20);
    }
    assertThat(clients.get(99).nextResponse(false).status()).isEqualTo(200);
    // The other I/O thread may still accept some of the earlier connections.
    ResourceUsage.await(() -> fixture.server().stats().connectionsRefused() == 80);
  }

  @Test
  void webSockets_open_areNotPending() {
    PendingConnections pending = serve(builder -> builder.maxPendingConnectionsPerAddress(2));
    List<RawWebSocket> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(fixture.connectRaw(fixture.url("token=" + ContractTokens.valid())));
    }
    assertThat(pending.size()).isZero();
    assertThat(pending.bytes()).isZero();
    assertThat(fixture.server().stats().connectedClients()).isEqualTo(20);
    clients.forEach(RawWebSocket::closeGracefully);
  }

  /**
   * Clients behind one proxy that are queued by the limit per second must keep their place. The
   * clock stands still, so the last of them wait for seconds even if they connect slowly.
   */
  @Test
  void handshakes_queuedOfOneProxyAddress_areNotClosed() {
    fixture.useHub(MetricsHub.builder().clock(new ManualClock(Instant.now())).build());
    PendingConnections pending =
        serve(builder -> builder.maxConnectionsPerSecond(20).maxPendingConnectionsPerAddress(200));
    List<RawWebSocket> clients = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      RawWebSocket client =
          fixture.closeAfterTest(
              RawWebSocket.connect(fixture.url("token=" + ContractTokens.valid())));
      client.send(
          client.requestHead(
              "GET /ws/metrics?token=" + ContractTokens.valid(),
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
      clients.add(client);
    }
    // 20 are served per second, so some of them wait for four seconds
    ResourceUsage.await(() -> pending.size() == pending.waitingForServer());
    assertThat(pending.waitingForServer()).isGreaterThan(10);
    HalfOpenClients attackers = attackers(1, 20);
    for (int i = 0; i < 500; i++) {
      attackers.connectFrom("127.0.0.1");
    }
    for (RawWebSocket client : clients) {
      assertThat(client.nextResponse(false).status()).isEqualTo(101);
    }
    assertThat(pending.size()).isLessThanOrEqualTo(200);
  }
}
