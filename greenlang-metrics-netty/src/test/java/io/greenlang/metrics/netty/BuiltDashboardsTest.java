package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.websocket.dashboard.Dashboard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The dashboards of the builder on the server's own port. */
final class BuiltDashboardsTest {

  private static final String ORDERS =
      "{\"name\":\"Orders\",\"charts\":[{\"channel\":\"shop.metrics\",\"metrics\":[\"orders\"]}]}";

  private final NettyFixture fixture =
      new NettyFixture(
          builder -> builder.allowAnonymous().basePath("/live").dashboard(Dashboard.parse(ORDERS)));

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void get_listAndDashboard_areServedBelowTheBasePath() {
    RawWebSocket client = fixture.connect();
    RawHttpConnection.Response list = client.request("GET /live/dashboards/index.json");
    assertThat(list.head()).contains("\r\ncontent-type: application/json\r\n");
    assertThat(list.body()).isEqualTo("[\"built/1.json\"]");
    RawHttpConnection.Response orders = client.request("GET /live/dashboards/built/1.json");
    assertThat(orders.status()).isEqualTo(200);
    assertThat(orders.head()).contains("\r\netag: ").contains("application/json");
    assertThat(orders.body()).isEqualTo(ORDERS);
    assertThat(client.request("GET /live/dashboards/built/2.json").status()).isEqualTo(404);
  }
}
