package io.greenlang.metrics.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.HttpCalls;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.websocket.dashboard.Dashboard;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** The dashboards of an application in a container that serves the files of its class path. */
public interface DashboardContract extends ContractPart {

  private HttpResponse<String> get(String file) {
    HttpResponse<String> response =
        HttpCalls.send(
            HttpCalls.request(fixture().server().url(), "/greenlang-metrics/dashboards/" + file));
    assertThat(response.statusCode()).as(file).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse("none"))
        .as(file)
        .startsWith("application/json");
    return response;
  }

  @Test
  default void dashboards_onClassPath_areListedAndServed() {
    fixture().serve();
    assertThat(get("index.json").body().trim()).isEqualTo("[\"stock.json\"]");
    assertThat(Dashboard.parse(get("stock.json").body()).name()).isEqualTo("Stock");
  }

  @Test
  default void dashboards_ofBuilder_areListedAfterThoseOnClassPathAndServed() {
    String orders =
        "{\"name\":\"Orders €\",\"charts\":[{\"channel\":\"c\",\"metrics\":[\"orders\"]}]}";
    fixture().serve(builder -> builder.allowAnonymous().dashboard(Dashboard.parse(orders)));
    assertThat(get("index.json").body()).isEqualTo("[\"stock.json\",\"built/1.json\"]");
    assertThat(get("built/1.json").body()).isEqualTo(orders);
    assertThat(Dashboard.parse(get("stock.json").body()).name()).isEqualTo("Stock");
  }
}
