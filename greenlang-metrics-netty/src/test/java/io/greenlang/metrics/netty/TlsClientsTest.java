package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.tls.ClientContexts;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real TLS clients, which check the server's certificate: the JDK's, curl and openssl. */
@Timeout(120)
final class TlsClientsTest {

  @TempDir private Path folder;

  private final TestCertificate authority = TestCertificate.create();
  private String io = "auto";

  private final TransportFixture fixture =
      new TransportFixture(
          builder ->
              NettyServer.start(
                  builder.tls(authority.issue().pemFiles()).io(io), NettyTimeouts.DEFAULT),
          Map.of());

  @AfterEach
  void close() {
    fixture.close();
  }

  private URI https(String path) {
    return URI.create("https://127.0.0.1:" + fixture.server().url().getPort() + path);
  }

  private HttpClient trusting(TestCertificate certificate) {
    return HttpClient.newBuilder()
        .sslContext(ClientContexts.trusting(certificate.certificate()))
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  void jdk_trustsIssuer_receivesMetricsAndHealth(String method) throws Exception {
    io = method;
    fixture.serve();
    HttpClient client = trusting(authority);
    HttpResponse<String> health =
        client.send(
            HttpRequest.newBuilder(https("/health")).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body()).contains("\"UP\"");
    assertThat(health.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");

    Texts received = new Texts(new LinkedBlockingQueue<>());
    WebSocket socket =
        client
            .newWebSocketBuilder()
            .buildAsync(fixture.server().url(), received)
            .get(30, TimeUnit.SECONDS);
    assertThat(received.next()).contains("welcome");
    socket.sendText(TransportFixture.subscribe(""), true).get(30, TimeUnit.SECONDS);
    assertThat(received.next()).contains("subscribed");
    fixture.publish("orders", 17);
    assertThat(received.next()).contains("17");
    socket.abort();
  }

  private record Texts(BlockingQueue<String> queue) implements WebSocket.Listener {

    String next() throws InterruptedException {
      return String.valueOf(queue.poll(30, TimeUnit.SECONDS));
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      queue.add(text.toString()); // no message of this test is long enough for two parts
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }

  @Test
  void jdk_trustsOtherIssuer_isRefusedByItself() {
    fixture.serve();
    HttpClient client = trusting(TestCertificate.create());
    assertThatThrownBy(
            () ->
                client.send(
                    HttpRequest.newBuilder(https("/health")).build(),
                    HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("PKIX");
    assertThat(fixture.connectTcp().request("GET /health").status()).isEqualTo(200);
  }

  private record Result(int status, String output) {}

  private static Result run(String input, String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  private Result curl(String... options) throws Exception {
    Path trusted = folder.resolve("ca.pem");
    Files.writeString(trusted, authority.certificatePem());
    List<String> command =
        new ArrayList<>(List.of("curl", "-sS", "--max-time", "30", "--cacert", trusted.toString()));
    command.addAll(List.of(options));
    return run("", command.toArray(new String[0]));
  }

  @ParameterizedTest
  @CsvSource({"1.2, TLSv1.2", "1.3, TLSv1.3"})
  void curl_eachVersion_receivesHealth(String version, String protocol) throws Exception {
    fixture.serve();
    Result result = curl("-v", "--tls-max", version, https("/health").toString());
    assertThat(result.status()).as(result.output()).isZero();
    assertThat(result.output())
        .contains("SSL connection using " + protocol)
        .contains("\"status\":\"UP\"");
  }

  @Test
  void openssl_obsoleteVersion_isRejectedWithAlert() throws Exception {
    fixture.serve();
    Result result = openssl("", "-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0");
    assertThat(result.output()).contains("alert protocol version").contains("Cipher is (NONE)");
  }

  private Result openssl(String input, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("timeout", "30", "openssl", "s_client", "-connect", https("").getAuthority()));
    command.addAll(List.of(options));
    return run(input, command.toArray(new String[0]));
  }

  /** Each renegotiation would cost the server a signature, on a connection that was admitted. */
  @Test
  void openssl_renegotiates_isDisconnected() throws Exception {
    fixture.serve();
    Result result = openssl("R\n", "-tls1_2");
    assertThat(result.output()).contains("RENEGOTIATING").contains("alert handshake failure");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /health HTTP/1.1\r\nHost: x\r\n\r\n", "x", "\u0015\u0003\u0001"})
  void plainText_onTlsPort_isAnsweredReadably(String request) throws IOException {
    fixture.serve();
    URI plain = URI.create(fixture.server().url().toString().replace("wss:", "ws:"));
    try (RawWebSocket client = RawWebSocket.connect(plain)) {
      client.send(request.getBytes(StandardCharsets.ISO_8859_1));
      RawHttpConnection.Response response = client.nextResponse(false);
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.body()).isEqualTo("This port requires TLS; use https:// or wss://\n");
      assertThat(client.nextFrame()).as("the connection ends").isNull();
    }
  }

  /** The close frame is followed by the closure of TLS, so no one can have cut the stream. */
  @Test
  void close_byServer_endsTlsProperly() {
    fixture.serve();
    RawWebSocket client = fixture.connectRaw();
    client.send(RawWebSocketFrame.of(3, new byte[0])); // a reserved opcode
    assertThat(client.awaitCloseCode()).isEqualTo(1002);
    assertThat(client.nextFrame()).isNull();
  }
}
