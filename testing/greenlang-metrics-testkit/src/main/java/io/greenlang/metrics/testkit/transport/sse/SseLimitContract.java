package io.greenlang.metrics.testkit.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.EventStreamClient;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The limits of a stream: the tags of its token, views, and frames per minute. */
public interface SseLimitContract extends ContractPart {

  @Test
  default void token_withTags_narrowsStream() {
    fixture().serveWithTokens();
    String token = ContractTokens.withClaims(",\"tags\":{\"region\":[\"eu\",\"us\"]}");
    EventStreamClient client =
        fixture().connectEventsSubscribed("&tags=region:eu,region:asia&token=" + token);
    for (String region : new String[] {"asia", "us", "eu"}) {
      fixture()
          .hub()
          .publish(Metric.gauge(TransportFixture.CHANNEL, "n", 1, Tags.of("region", region)));
    }
    assertThat(client.next("message").message().body().at("/tags/region").asText()).isEqualTo("eu");
  }

  @Test
  default void request_viewsBeyondTheLimitOfASubject_isRefused() {
    fixture().serveWithTokens();
    IntStream.range(0, 128).forEach(i -> fixture().hub().addChannel("many." + i));
    for (int i = 0; i < 2; i++) {
      assertThat(requestMany(i).next("welcome").id()).isNull();
    }
    EventStreamClient refused = requestMany(2);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.body())
        .contains("\"code\":\"TOO_MANY_VIEWS\"", "at most 256 distinct views of a subject");
    assertThat(fixture().server().stats().totalSubscriptions()).isEqualTo(256);
  }

  private EventStreamClient requestMany(int number) {
    String query = "channels=many.*&tags=a:" + number + "&token=" + ContractTokens.valid();
    return fixture().closeAfterTest(EventStreamClient.open(fixture().eventsUrl(query)));
  }

  @Test
  default void metrics_overLimit_latestReplaceOlderOnes() {
    ManualClock clock = new ManualClock(Instant.now());
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    fixture().serve(builder -> builder.allowAnonymous().maxMessagesPerMinute(50));
    EventStreamClient client = fixture().connectEventsSubscribed("");
    for (int i = 1; i <= 500; i++) {
      fixture().publish("n", i);
    }
    for (int i = 1; i <= 50; i++) {
      assertThat(client.next("message").message().values("n")).containsExactly((double) i);
    }
    assertThat(client.next("error").message().text("code")).isEqualTo("RATE_LIMITED");
    clock.advance(Duration.ofSeconds(6));
    assertThat(client.next("lagged").message().body().path("missed").asInt()).isEqualTo(450);
    assertThat(client.next("message").message().values("n")).containsExactly(500.0);
  }
}
