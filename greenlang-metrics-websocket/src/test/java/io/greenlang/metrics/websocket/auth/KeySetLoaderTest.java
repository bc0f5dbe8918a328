package io.greenlang.metrics.websocket.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import io.greenlang.metrics.websocket.CapturedLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Metadata and key sets of a provider that may be malformed or hostile. */
@Timeout(120)
class KeySetLoaderTest {

  /** Longer than that of handshakes: a busy machine takes seconds to load the classes. */
  private static final Duration LIMIT = Duration.ofSeconds(50);

  private final HttpServer server;

  KeySetLoaderTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void serve(String path, String body) {
    server.createContext(
        path,
        exchange -> {
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private void serveMetadata(String issuer, String keySet) {
    serve(
        "/.well-known/openid-configuration",
        "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + keySet + "\"}");
  }

  private static String keySet() throws Exception {
    return "{\"keys\":[" + new ECKeyGenerator(Curve.P_256).generate().toPublicJWK() + "]}";
  }

  private KeySetLoader ofKeySet() {
    return KeySetLoader.ofKeySet(URI.create(address() + "/keys?secret=x")).within(LIMIT);
  }

  private static KeySetLoader ofIssuer(String issuer) {
    return KeySetLoader.ofIssuer(issuer).within(LIMIT);
  }

  private void requireFailure(KeySetLoader loader, String reason) {
    assertThatThrownBy(() -> loader.load("RS256"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void load_keySet_hasItsKeys() throws Exception {
    serve("/keys", keySet());

    assertThat(ofKeySet().load("RS256").size()).isEqualTo(1);
    assertThat(ofKeySet()).hasToString(address() + "/keys");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", ""})
  void load_issuer_hasKeysOfItsMetadata(String end) throws Exception {
    serveMetadata(address() + end, address() + "/keys");
    serve("/keys", keySet());

    KeySetLoader loader = ofIssuer(address() + end);
    assertThat(loader.load("RS256").size()).isEqualTo(1);
    assertThat(loader).hasToString(address() + end);
  }

  @Test
  void load_metadataOfOtherIssuer_fails() {
    serveMetadata("https://evil.example\\r\\nERROR", address() + "/keys");

    requireFailure(
        ofIssuer(address()),
        "the provider's issuer is \"https://evil.example??ERROR\"; compare it exactly");
  }

  @ParameterizedTest
  @CsvSource({
    "file:///etc/passwd, jwks_uri must be an http",
    "http://user:pw@127.0.0.1/keys, jwks_uri must be an http",
    "/keys, jwks_uri must be an http"
  })
  void load_otherKindOfKeySetAddress_fails(String url, String reason) {
    serveMetadata(address(), url);

    requireFailure(ofIssuer(address()), reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{", "<html>", "{\"a\":"})
  void load_malformedMetadata_fails(String body) {
    serve("/.well-known/openid-configuration", body);

    requireFailure(ofIssuer(address()), "the provider's");
  }

  @Test
  void load_metadataWithoutKeySet_fails() {
    serve("/.well-known/openid-configuration", "{\"issuer\":\"" + address() + "\"}");

    requireFailure(ofIssuer(address()), "no jwks_uri");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{", "<html>", "{\"keys\":1}"})
  void load_malformedKeySet_failsWithoutQuotingIt(String body) {
    serve("/keys", body);

    requireFailure(ofKeySet(), "the document is not a JSON Web Key Set");
  }

  @Test
  void load_noUsableKey_failsWithReasons() {
    serve("/keys", "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"AAAA\"}]}");

    requireFailure(ofKeySet(), "no key can be used: key \"a\": it is a shared secret");
  }

  @Test
  void load_hugeKeySet_fails() {
    serve("/keys", "{\"keys\":[" + " ".repeat(KeySetLoader.MAX_BYTES) + "]}");

    requireFailure(ofKeySet(), "longer than " + KeySetLoader.MAX_BYTES);
  }

  @ParameterizedTest
  @CsvSource({
    "http://id.example/keys, 1",
    "http://127.0.0.1.evil.example/keys, 1",
    "'http://[::1]/keys', 0",
    "https://id.example/keys, 0",
    "http://127.0.0.1/keys, 0",
    "http://localhost:1/keys, 0"
  })
  void fromUrl_withoutTls_isReported(String url, int warnings) {
    try (CapturedLog log = new CapturedLog()) {
      assertThat(JwtKeys.fromUrl(url)).hasToString(url);
      assertThat(log.text().lines().filter(line -> line.contains("without TLS"))).hasSize(warnings);
    }
  }
}
