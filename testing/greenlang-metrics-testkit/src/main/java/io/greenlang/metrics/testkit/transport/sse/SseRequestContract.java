package io.greenlang.metrics.testkit.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.EventStreamClient;
import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests for server-sent events: their headers, tokens, origins and errors. */
public interface SseRequestContract extends ContractPart {

  @Test
  default void request_valid_hasHeadersOfStream() {
    fixture().serve();
    EventStreamClient client = fixture().connectEvents("");
    assertThat(client.status()).isEqualTo(200);
    assertThat(client.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(client.headers().firstValue("cache-control")).hasValue("no-store");
    assertThat(client.headers().firstValue("x-accel-buffering")).hasValue("no");
    assertThat(client.headers().firstValue("content-length")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "channels=no.such|404|UNKNOWN_CHANNEL|unknown channel",
        "channels=no space|404|UNKNOWN_CHANNEL|unknown channel",
        "format=metric|400|BAD_SUBSCRIPTION|channels must be a list of 1 to 128",
        "channels=*&format=xml|400|BAD_SUBSCRIPTION|format must be metric, snapshot or columnar",
        "channels=*&format=columnar|400|BAD_SUBSCRIPTION|format columnar needs compression",
        "channels=*&format=metric&format=metric|400|BAD_SUBSCRIPTION|format must not be repeated",
        "channels=*&batch=yes|400|BAD_SUBSCRIPTION|batch must be true or false",
        "channels=*&batch=true&format=snapshot|400|BAD_SUBSCRIPTION|batch goes with format metric",
        "channels=*&aggregation_interval=2s|400|BAD_SUBSCRIPTION|aggregation_interval must be",
        "channels=*&group_by=env|400|BAD_SUBSCRIPTION|group_by needs an aggregation_interval",
        "channels=*&quantiles=0.5,x|400|BAD_SUBSCRIPTION|quantiles must be a list",
        "channels=*&tags=env|400|BAD_SUBSCRIPTION|tags must be a list of key:value",
        "channels=*&metrics=a\\|400|BAD_SUBSCRIPTION|must not end with a backslash",
        "channels=*&since=today|400|BAD_SUBSCRIPTION|since must be a time",
        "channels=*&last_event_id=now|400|BAD_SUBSCRIPTION|last_event_id must be the id",
        "channels=*&compression=true|406|NOT_ACCEPTABLE|compression is for the WebSocket only"
      })
  default void request_invalidQuery_receivesStatusAndMessage(
      String query, int status, String code, String message) {
    fixture().serve();
    EventStreamClient client =
        fixture()
            .closeAfterTest(
                EventStreamClient.open(
                    fixture().eventsUrl(query.replace(" ", "%20").replace("\\", "%5C"))));
    assertThat(client.status()).isEqualTo(status);
    assertThat(client.body())
        .contains("\"type\":\"error\"")
        .contains("\"code\":\"" + code + "\"")
        .contains(message);
  }

  @Test
  default void request_tokens_decideOnStatus() {
    fixture().serveWithTokens();
    String token = ContractTokens.valid();
    assertThat(fixture().connectEvents("&token=" + token).status()).isEqualTo(200);
    String bearer = "Bearer " + token;
    assertThat(fixture().connectEvents("", "Authorization", bearer).status()).isEqualTo(200);
    for (EventStreamClient rejected :
        List.of(
            fixture().connectEvents(""),
            fixture().connectEvents("&token=x"),
            fixture().connectEvents("", "Authorization", "Bearer x"),
            fixture().connectEvents("&token=" + token, "Authorization", bearer))) {
      assertThat(rejected.status()).isEqualTo(401);
      assertThat(rejected.headers().firstValue("www-authenticate")).isPresent();
      assertThat(rejected.body()).contains("\"code\":\"UNAUTHORIZED\"");
    }
  }

  @Test
  default void request_hiddenChannel_isUnknown() {
    fixture().serveWithTokens();
    String token = ContractTokens.withClaims(",\"channels\":[\"other.*\"]");
    EventStreamClient client = fixture().connectEvents("&token=" + token);
    assertThat(client.status()).isEqualTo(404);
    assertThat(client.body()).contains("UNKNOWN_CHANNEL");
  }

  @Test
  default void request_otherOrigin_isReadOnlyIfAllowed() {
    String origin = "https://app.example.com";
    fixture().serve(builder -> builder.allowAnonymous().allowedOrigins(List.of(origin)));
    EventStreamClient allowed = fixture().connectEvents("", "Origin", origin);
    assertThat(allowed.status()).isEqualTo(200);
    assertThat(allowed.headers().firstValue("access-control-allow-origin")).hasValue(origin);
    EventStreamClient unknown = fixture().connectEvents("&format=xml", "Origin", origin);
    assertThat(unknown.headers().firstValue("access-control-allow-origin")).hasValue(origin);
    EventStreamClient forbidden =
        fixture().connectEvents("", "Origin", "https://other.example.com");
    assertThat(forbidden.status()).isEqualTo(403);
    assertThat(forbidden.headers().firstValue("access-control-allow-origin")).isEmpty();
    assertThat(forbidden.body()).contains("FORBIDDEN_ORIGIN");
  }

  @Test
  default void preflight_allowedOrigin_permitsAuthorization() {
    String origin = "https://app.example.com";
    fixture()
        .serve(builder -> builder.jwtSecret(ContractTokens.SECRET).allowedOrigins(List.of(origin)));
    RawHttpConnection.Response response =
        request("OPTIONS", "Origin: " + origin, "Access-Control-Request-Method: GET");
    assertThat(response.status()).isEqualTo(204);
    assertThat(response.head())
        .contains("access-control-allow-origin: " + origin)
        .containsPattern("access-control-allow-headers: .*authorization.*last-event-id");
    assertThat(request("OPTIONS", "Origin: https://other.example.com").status()).isEqualTo(403);
  }

  @Test
  default void request_otherMethods_areRejected() {
    fixture().serve();
    for (String method : List.of("HEAD", "DELETE")) {
      RawHttpConnection.Response response = request(method);
      assertThat(response.status()).as(method).isEqualTo(405);
      assertThat(response.head()).contains("allow: get, options");
    }
  }

  @Test
  default void request_acceptsNoEvents_isNotAcceptable() {
    fixture().serve();
    assertThat(fixture().connectEvents("", "Accept", "application/json").status()).isEqualTo(406);
    assertThat(fixture().connectEvents("", "Accept", "text/event-stream;q=0").status())
        .isEqualTo(406);
    assertThat(fixture().connectEvents("", "Accept", "text/html, */*;q=0.1").status())
        .isEqualTo(200);
  }

  @Test
  default void request_serverIsFull_isAskedToReturn() {
    fixture().serve(builder -> builder.allowAnonymous().maxConnections(1));
    fixture().connectEventsSubscribed("");
    EventStreamClient rejected = fixture().connectEvents("");
    assertThat(rejected.status()).isEqualTo(503);
    assertThat(rejected.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 10L);
    assertThat(rejected.body()).contains("\"code\":\"UNAVAILABLE\"");
  }

  @Test
  default void request_tooManyFromAddress_isLimited() {
    fixture().serve(builder -> builder.allowAnonymous().maxConnectionsPerMinute(1));
    fixture().connectEventsSubscribed("");
    EventStreamClient rejected = fixture().connectEvents("");
    assertThat(rejected.status()).isEqualTo(429);
    assertThat(rejected.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 10L);
  }

  /** Undertow rejects such a query itself, without a body. */
  @Test
  default void request_undecodableQuery_isRejected() {
    fixture().serve();
    String path = fixture().eventsUrl("x").getRawPath();
    RawHttpConnection.Response response =
        fixture().connectTcp().request("GET " + path + "?channels=%zz");
    assertThat(response.status()).isEqualTo(400);
  }

  private RawHttpConnection.Response request(String method, String... headers) {
    String target = fixture().eventsUrl("channels=" + TransportFixture.CHANNEL).getRawPath();
    return fixture().connectTcp().request(method + " " + target, headers);
  }
}
