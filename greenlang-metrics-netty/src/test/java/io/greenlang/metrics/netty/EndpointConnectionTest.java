package io.greenlang.metrics.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.EchoEndpoint;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.http.HttpReply;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the server's own port receives the bodies of calls to HTTP endpoints. */
final class EndpointConnectionTest {

  private static final String AUTHORIZATION = "Authorization: Bearer " + ContractTokens.valid();

  private final CountDownLatch release = new CountDownLatch(1);
  private final NettyFixture fixture = serve(NettyServer.PATIENT);

  private NettyFixture serve(NettyTimeouts timeouts) {
    return new NettyFixture(
        builder ->
            builder
                .jwtSecret(ContractTokens.SECRET)
                .endpoint(new EchoEndpoint("/v1/echo", true))
                .endpoint(new EchoEndpoint("/open", false))
                .endpoint(new Blocking())
                .endpoint(new Large()),
        timeouts);
  }

  @AfterEach
  void close() {
    release.countDown();
    fixture.close();
  }

  /** An endpoint that answers when the test permits it. */
  private final class Blocking implements HttpEndpoint {

    @Override
    public String path() {
      return "/blocking";
    }

    @Override
    public Set<String> methods() {
      return Set.of("POST");
    }

    @Override
    public int maxBodyBytes() {
      return MAX_BODY_BYTES;
    }

    @Override
    public boolean requiresToken() {
      return false;
    }

    @Override
    public HttpReply handle(HttpCall call) throws InterruptedException {
      release.await();
      return HttpReply.text(200, "released");
    }
  }

  /** An endpoint with an answer that fills the buffers of a socket. */
  private static final class Large implements HttpEndpoint {

    @Override
    public String path() {
      return "/large";
    }

    @Override
    public Set<String> methods() {
      return Set.of("GET");
    }

    @Override
    public boolean requiresToken() {
      return false;
    }

    @Override
    public HttpReply handle(HttpCall call) {
      return HttpReply.of(200, "application/octet-stream", new byte[12 << 20]);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static String echo(String subject, String body) {
    return EchoEndpoint.answer(subject, "{}", ascii(body));
  }

  @Test
  void call_expectContinue_receivesInterimResponseThenAnswer() {
    RawWebSocket client = fixture.connect();
    RawHttpConnection.Response interim =
        client.request("POST /v1/echo", AUTHORIZATION, "Expect: 100-continue", "Content-Length: 5");
    assertThat(interim.status()).isEqualTo(100);
    client.send(ascii("hello"));
    RawHttpConnection.Response answer = client.nextResponse(false);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(echo("tester", "hello"));
  }

  @Test
  void call_expectContinueWithInvalidToken_receivesOnly401() {
    RawWebSocket client = fixture.connect();
    RawHttpConnection.Response answer =
        client.request("POST /v1/echo", "Expect: 100-continue", "Content-Length: 5");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(client.nextFrame()).as("closed, because the body may follow").isNull();
  }

  @Test
  void call_unknownExpectation_isRejectedWith417() {
    assertThat(fixture.connect().request("POST /open", "Expect: 200-ok").status()).isEqualTo(417);
  }

  @Test
  void call_bodyOfHttp10_isReceived() {
    RawWebSocket client = fixture.connect();
    client.send(ascii("POST /open HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello"));
    assertThat(client.nextResponse(false).body()).isEqualTo(echo("nobody", "hello"));
    assertThat(client.nextFrame()).isNull();
  }

  @Test
  void calls_pipelined_areAnsweredInOrder() {
    RawWebSocket client = fixture.connect();
    String length = new String(client.requestHead("POST /open", "Content-Length: 2"), ISO_8859_1);
    String chunked =
        new String(client.requestHead("POST /open", "Transfer-Encoding: chunked"), ISO_8859_1);
    String health = new String(client.requestHead("GET /health"), ISO_8859_1);
    client.send(ascii((length + "ab" + chunked + "3\r\ncde\r\n0\r\n\r\n" + health).repeat(20)));
    for (int i = 0; i < 20; i++) {
      assertThat(client.nextResponse(false).body()).isEqualTo(echo("nobody", "ab"));
      assertThat(client.nextResponse(false).body()).isEqualTo(echo("nobody", "cde"));
      assertThat(client.nextResponse(false).body()).contains("UP");
    }
  }

  @Test
  void call_rejectedWithoutBody_keepsConnection() {
    RawWebSocket client = fixture.connect();
    assertThat(client.request("GET /v1/echo").status()).isEqualTo(401);
    assertThat(client.request("GET /v1/echo", AUTHORIZATION).status()).isEqualTo(200);
  }

  @Test
  void call_repeatedAuthorization_isRejectedWith400() {
    assertThat(fixture.connect().request("GET /v1/echo", AUTHORIZATION, AUTHORIZATION).status())
        .isEqualTo(400);
  }

  @Test
  void call_malformedChunk_isRejectedAndClosed() {
    RawWebSocket client = fixture.connect();
    client.send(client.requestHead("POST /open", "Transfer-Encoding: chunked"));
    client.send(ascii("5\nhello"));
    assertThat(client.nextResponse(false).status()).isEqualTo(400);
    assertThat(client.nextFrame()).isNull();
  }

  @Test
  void call_bodyByteByByte_timesOut() {
    try (NettyFixture impatient = serve(NettyServer.LIMITS)) {
      RawWebSocket client = impatient.connect();
      client.send(client.requestHead("POST /open", "Content-Length: 100000"));
      ResourceUsage.await(() -> !client.send(new byte[1]));
      assertThat(client.nextFrame()).isNull();
      ResourceUsage.await(() -> impatient.server().pending().bytes() == 0);
    }
  }

  @Test
  void call_resetWithinBody_releasesItsBytes() {
    RawWebSocket client = fixture.connect();
    client.send(client.requestHead("POST /open", "Content-Length: 100000"));
    client.send(new byte[50_000]);
    ResourceUsage.await(() -> fixture.server().pending().bytes() >= 50_000);
    client.reset();
    ResourceUsage.await(() -> fixture.server().pending().size() == 0);
    assertThat(fixture.server().pending().bytes()).isZero();
  }

  /** Without a token, a client cannot make the server keep even one body. */
  @Test
  void calls_withoutToken_takeNoMemoryForBodies() {
    List<RawWebSocket> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RawWebSocket client = fixture.connect();
      client.send(client.requestHead("POST /v1/echo", "Content-Length: 100000"));
      clients.add(client);
    }
    for (RawWebSocket client : clients) {
      assertThat(client.nextResponse(false).status()).isEqualTo(401);
      client.send(new byte[90_000]);
    }
    assertThat(fixture.server().pending().bytes()).isLessThan(20 * 10_000);
  }

  /** The oldest calls lose their connections, and the queue keeps none of their bodies. */
  @Test
  void calls_bodiesOverLimit_closeOldest() {
    long maxBytes = Math.min(32L << 20, Runtime.getRuntime().maxMemory() / 8);
    int bodyBytes = 4 << 20;
    int count = (int) (maxBytes / bodyBytes) + 4;
    long before = fixture.server().stats().connectionsRefused();
    for (int i = 0; i < count; i++) {
      RawWebSocket client = fixture.connect();
      client.send(client.requestHead("POST /blocking", "Content-Length: " + bodyBytes));
      client.send(new byte[bodyBytes]);
    }
    ResourceUsage.await(() -> fixture.server().stats().connectionsRefused() > before);
    assertThat(fixture.server().pending().bytes()).isLessThanOrEqualTo(maxBytes);
    release.countDown();
    assertThat(fixture.connect().request("GET /health").status()).isEqualTo(200);
  }

  @Test
  void answers_neverRead_countAsBytesOfConnection() {
    RawWebSocket client = fixture.connect(2048);
    client.send(client.requestHead("GET /large"));
    ResourceUsage.await(() -> fixture.server().pending().bytes() >= 12 << 20);
    client.reset();
    ResourceUsage.await(() -> fixture.server().pending().bytes() == 0);
  }

  @Test
  void call_blocked_doesNotDelayHealthAndHandshakes() {
    for (int i = 0; i < 8; i++) {
      RawWebSocket client = fixture.connect();
      client.send(client.requestHead("POST /blocking", "Content-Length: 0"));
    }
    assertThat(fixture.connect().request("GET /health").status()).isEqualTo(200);
    String url = fixture.server().url() + "?token=" + ContractTokens.valid();
    try (RawWebSocket webSocket = RawWebSocket.open(URI.create(url))) {
      webSocket.nextMessage("welcome");
    }
  }
}
