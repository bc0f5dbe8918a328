package io.greenlang.metrics.security.hostile.client;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.security.SteadyPublisher;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import org.junit.jupiter.api.Test;

/**
 * Fault: clients that come and go all the time, each with another view. {@code make soak-clients}
 * does this for an hour.
 */
class ChurnTest {

  private static final int CONNECTIONS = AttackSize.of(1_000);

  @Test
  void clients_comingAndGoing_leaveNoSessionOrFeed() throws Exception {
    try (AttackedServer server =
        AttackedServer.start(
            settings -> settings.maxConnectionsPerSecond(0).maxConnectionsPerMinute(0))) {
      long feedsBefore = server.hub().stats().feeds();
      server.withstand(
          "clients that come and go",
          50,
          () -> {
            for (int i = 0; i < CONNECTIONS; i++) {
              visit(server, i);
            }
            ResourceUsage.await(() -> server.stats().connectedClients() == 1);
            ResourceUsage.await(() -> server.hub().stats().feeds() == feedsBefore);
          });
      ResourceUsage.await(() -> server.stats().totalSubscriptions() == 1);
    }
  }

  /** Subscribes, and leaves in one of four ways; a view has metrics, windows, or nothing. */
  private static void visit(AttackedServer server, int number) {
    RawWebSocket client = RawWebSocket.open(server.url("visitor-" + number % 50));
    String view =
        switch (number % 3) {
          case 0 -> ",\"batch\":true,\"latest\":true";
          case 1 -> ",\"aggregation_interval\":\"1s\"";
          default -> ",\"metrics\":[\"x" + number + "\"]";
        };
    client.send(
        "{\"type\":\"subscribe\",\"data\":{\"channels\":[\""
            + SteadyPublisher.CHANNEL.name()
            + "\"]"
            + view
            + "}}");
    if (number % 2 == 0) {
      client.nextMessage("subscribed");
    }
    switch (number % 4) {
      case 0 -> client.closeGracefully();
      case 1 -> client.reset();
      default -> client.close();
    }
  }
}
