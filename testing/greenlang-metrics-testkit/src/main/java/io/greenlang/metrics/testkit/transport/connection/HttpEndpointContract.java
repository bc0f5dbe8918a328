package io.greenlang.metrics.testkit.transport.connection;

import static io.greenlang.metrics.testkit.client.HttpCalls.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.HttpCalls;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.EchoEndpoint;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** HTTP endpoints beside the WebSocket: tokens, bodies, limits and failures. */
public interface HttpEndpointContract extends ContractPart {

  /** Starts a server with an endpoint that requires a token, and one that does not. */
  private void serveEndpoints(MetricsWebSocketServerBuilder builder) {
    builder
        .jwtSecret(ContractTokens.SECRET)
        .endpoint(new EchoEndpoint("/v1/echo", true))
        .endpoint(new EchoEndpoint("/open", false));
  }

  private HttpRequest.Builder request(String pathAndQuery) {
    return HttpCalls.request(fixture().server().url(), pathAndQuery);
  }

  private HttpRequest.Builder authorized(String pathAndQuery) {
    return request(pathAndQuery).header("Authorization", "Bearer " + ContractTokens.valid());
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private static BodyPublisher chunked(byte[] body) {
    return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
  }

  @Test
  default void endpoint_validToken_receivesSubjectQueryAndBody() {
    fixture().serve(this::serveEndpoints);
    HttpResponse<String> read = send(authorized("/v1/echo?b=%C3%A4&a&b=2"));
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.body()).isEqualTo(EchoEndpoint.answer("tester", "{a=[], b=[ä, 2]}", bytes(0)));
    assertThat(read.headers().firstValue("Content-Type").orElse("")).startsWith("text/x-echo");
    for (int count : new int[] {1, 5000, EchoEndpoint.MAX_BYTES}) {
      byte[] body = bytes(count);
      for (BodyPublisher publisher :
          new BodyPublisher[] {BodyPublishers.ofByteArray(body), chunked(body)}) {
        HttpResponse<String> written = send(authorized("/v1/echo").POST(publisher));
        assertThat(written.statusCode()).isEqualTo(200);
        assertThat(written.body()).isEqualTo(EchoEndpoint.answer("tester", "{}", body));
      }
    }
  }

  @Test
  default void endpoint_head_hasHeadersOfGet() {
    fixture().serve(this::serveEndpoints);
    HttpResponse<String> response = send(request("/open").method("HEAD", BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("X-Method")).contains("GET");
    assertThat(response.body()).isEmpty();
  }

  @Test
  default void endpoint_noOrInvalidToken_isRejectedWith401() {
    fixture().serve(this::serveEndpoints);
    HttpResponse<String> missing = send(request("/v1/echo?token=" + ContractTokens.valid()));
    assertThat(missing.statusCode()).isEqualTo(401);
    assertThat(missing.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    String forged = ContractTokens.unsigned("none");
    HttpResponse<String> invalid =
        send(
            request("/v1/echo")
                .header("Authorization", "Bearer " + forged)
                .POST(BodyPublishers.ofByteArray(bytes(1000))));
    assertThat(invalid.statusCode()).isEqualTo(401);
    assertThat(invalid.headers().firstValue("WWW-Authenticate"))
        .contains("Bearer error=\"invalid_token\"");
    assertThat(send(request("/open")).body())
        .isEqualTo(EchoEndpoint.answer("nobody", "{}", bytes(0)));
  }

  /** Credentials for a proxy, which passes them on. */
  @Test
  default void endpoint_otherAuthorization_isNoToken() {
    fixture().serve(this::serveEndpoints);
    String basic = "Basic dGVzdDp0ZXN0";
    HttpResponse<String> echo = send(request("/v1/echo").header("Authorization", basic));
    assertThat(echo.statusCode()).isEqualTo(401);
    assertThat(echo.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertThat(send(request("/open").header("Authorization", basic)).body())
        .isEqualTo(EchoEndpoint.answer("nobody", "{}", bytes(0)));
  }

  @Test
  default void endpoint_bodyTooLong_isRejectedWith413() {
    fixture().serve(this::serveEndpoints);
    byte[] body = bytes(EchoEndpoint.MAX_BYTES + 1);
    assertThat(send(authorized("/v1/echo").POST(BodyPublishers.ofByteArray(body))).statusCode())
        .isEqualTo(413);
    assertThat(send(authorized("/v1/echo").POST(chunked(body))).statusCode()).isEqualTo(413);
  }

  @Test
  default void endpoint_otherMethod_isRejectedWith405() {
    fixture().serve(this::serveEndpoints);
    HttpResponse<String> response = send(authorized("/v1/echo").DELETE());
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow").orElse("")).contains("GET", "POST");
  }

  @Test
  default void endpoint_pageOfOtherOrigin_isRejectedWith403() {
    fixture().serve(this::serveEndpoints);
    assertThat(send(authorized("/v1/echo").header("Origin", "https://evil.example")).statusCode())
        .isEqualTo(403);
    assertThat(send(request("/open").header("Origin", "https://evil.example")).statusCode())
        .isEqualTo(403);
    assertThat(
            send(request("/open").header("Origin", HttpCalls.origin(fixture().server().url())))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  default void endpoint_undecodableQuery_isRejectedWith4xx() {
    fixture().serve(this::serveEndpoints);
    assertThat(fixture().connectTcp().request("GET /open?a=%zz").status()).isEqualTo(400);
  }

  @Test
  default void endpoint_throws_answers500WithoutDetailsAndCountsError() {
    fixture().serve(this::serveEndpoints);
    HttpResponse<String> response = send(authorized("/v1/echo?fail"));
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).doesNotContain("secret detail");
    assertThat(fixture().server().stats().errors()).isEqualTo(1);
    assertThat(send(authorized("/v1/echo")).statusCode()).isEqualTo(200);
  }

  @Test
  default void endpoint_addressOverLimit_isRejectedWith429AndRetryAfter() {
    ManualClock clock = new ManualClock(Instant.now()); // the calls take no time
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    fixture()
        .serve(
            builder -> {
              serveEndpoints(builder);
              builder.maxConnectionsPerMinute(3);
            });
    for (int i = 0; i < 3; i++) {
      assertThat(send(request("/v1/echo")).statusCode()).isEqualTo(401);
    }
    HttpResponse<String> limited = send(authorized("/v1/echo"));
    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(limited.headers().firstValue("Retry-After").orElse("")).matches("[1-9]|10");
    assertThat(fixture().server().stats().connectionsRefused()).isEqualTo(1);
  }
}
