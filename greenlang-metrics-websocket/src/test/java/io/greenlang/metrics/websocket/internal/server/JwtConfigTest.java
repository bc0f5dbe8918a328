package io.greenlang.metrics.websocket.internal.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.greenlang.metrics.websocket.RecordingTransport;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that verify tokens with the keys of their options, and handshakes at them. */
@Timeout(60)
class JwtConfigTest {

  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String OLD_SECRET = "fedcba9876543210fedcba9876543210";

  private static RSAKey key;

  private final MetricsHub hub = MetricsHub.create();
  private final RecordingTransport transport = new RecordingTransport();
  private final List<AutoCloseable> resources = new ArrayList<>();

  @BeforeAll
  static void generateKey() throws JOSEException {
    key = new RSAKeyGenerator(2048).keyID("k").generate();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : resources) {
      resource.close();
    }
    ServerOptions.all().forEach(option -> System.clearProperty(option.name()));
    hub.close();
  }

  private MetricsWebSocketServerBuilder builder() {
    return MetricsWebSocketServer.builder(hub).transport(transport);
  }

  private void start(MetricsWebSocketServerBuilder builder) {
    MetricsWebSocketServer server = builder.build();
    resources.add(0, server);
    server.start();
  }

  private static String pem() throws JOSEException {
    String body = Base64.getEncoder().encodeToString(key.toRSAPublicKey().getEncoded());
    return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----";
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .subject("ada")
        .expirationTime(Date.from(Instant.now().plusSeconds(3600)));
  }

  private static String rsaToken(JWSAlgorithm algorithm, JWTClaimsSet claims) throws JOSEException {
    SignedJWT token =
        new SignedJWT(new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), claims);
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }

  private static String secretToken(String secret) throws JOSEException {
    SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims().build());
    token.sign(new MACSigner(secret.getBytes(UTF_8)));
    return token.serialize();
  }

  private CompletableFuture<Admission> admission(String token) {
    Handshake handshake =
        new Handshake(
            List.of(), List.of("Bearer " + token), List.of(), List.of(), "localhost", "192.0.2.1");
    return transport.context().admit(handshake, Duration.ZERO).toCompletableFuture();
  }

  private static int status(CompletableFuture<Admission> admission) throws Exception {
    return admission.get(30, TimeUnit.SECONDS) instanceof Admission.Rejected rejected
        ? rejected.status()
        : 101;
  }

  private int status(String token) throws Exception {
    return status(admission(token));
  }

  @Test
  void secrets_additionalOneByVariable_isAccepted() throws Exception {
    System.setProperty("JWT_SECRET_KEY", SECRET);
    System.setProperty("JWT_ADDITIONAL_SECRET_KEYS", OLD_SECRET + ", " + "a".repeat(32));
    start(builder());

    assertThat(status(secretToken(SECRET))).isEqualTo(101);
    assertThat(status(secretToken(OLD_SECRET))).isEqualTo(101);
    assertThat(status(secretToken("a".repeat(32)))).isEqualTo(101);
    assertThat(status(secretToken("b".repeat(32)))).isEqualTo(401);
  }

  @Test
  void secrets_additionalOneAlone_isRejectedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().jwtAdditionalSecrets(List.of(OLD_SECRET)).build())
        .withMessageContaining("JWT_ADDITIONAL_SECRET_KEYS is set without JWT_SECRET_KEY")
        .withMessageNotContaining(OLD_SECRET);
  }

  @Test
  void publicKeys_byVariable_haveTheirOneAlgorithm() throws Exception {
    System.setProperty("JWT_PUBLIC_KEYS", pem());
    System.setProperty("JWT_RSA_ALGORITHM", "PS384");
    start(builder());

    assertThat(status(rsaToken(JWSAlgorithm.PS384, claims().build()))).isEqualTo(101);
    assertThat(status(rsaToken(JWSAlgorithm.RS256, claims().build()))).isEqualTo(401);
  }

  @Test
  void publicKeys_besideSecret_bothAreAccepted() throws Exception {
    start(builder().jwtPublicKeys(pem()).jwtSecret(SECRET));

    assertThat(status(rsaToken(JWSAlgorithm.RS256, claims().build()))).isEqualTo(101);
    assertThat(status(secretToken(SECRET))).isEqualTo(101);
  }

  @Test
  void publicKeys_malformed_areRejectedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().jwtPublicKeys("key").build())
        .withMessageContaining("JWT_PUBLIC_KEYS");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().jwtSecret(SECRET).jwtRsaAlgorithm("ES256").build())
        .withMessageContaining("JWT_RSA_ALGORITHM");
  }

  @Test
  void issuersAndAudiences_byVariable_areRequired() throws Exception {
    System.setProperty("JWT_PUBLIC_KEYS", pem());
    System.setProperty("JWT_ISSUERS", "https://a.example,https://b.example");
    System.setProperty("JWT_AUDIENCES", "metrics");
    start(builder());
    JWTClaimsSet.Builder claims = claims().audience("metrics");

    assertThat(status(rsaToken(JWSAlgorithm.RS256, claims.issuer("https://b.example").build())))
        .isEqualTo(101);
    assertThat(status(rsaToken(JWSAlgorithm.RS256, claims.issuer("https://c.example").build())))
        .isEqualTo(401);
    assertThat(
            status(
                rsaToken(
                    JWSAlgorithm.RS256, claims.issuer("https://a.example").audience("x").build())))
        .isEqualTo(401);
  }

  @Test
  void address_malformed_isRejectedWithoutQuotingIt() {
    for (String url : List.of("ftp://id.example", "https://u:pw@id.example", "a b pw")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder().jwtJwksUrl(url).build())
          .withMessageContaining("JWT_JWKS_URL")
          .withMessageNotContaining("pw");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().jwtDiscoveryIssuers(List.of("id.example")).build())
        .withMessageContaining("JWT_DISCOVERY_ISSUERS");
  }

  /** After a day keys are too old to be used, so a longer interval would leave none. */
  @ParameterizedTest
  @ValueSource(strings = {"PT1S", "PT12H0.001S", "P1D"})
  void refreshInterval_outOfRange_isRejectedByName(Duration interval) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().jwtSecret(SECRET).jwtJwksRefreshInterval(interval).build())
        .withMessageContaining("JWT_JWKS_REFRESH_INTERVAL");
  }

  /** Serves the key set with a status, when the latch opens. */
  private String serveKeys(int status, CountDownLatch open) throws IOException {
    HttpServer provider =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads = Executors.newCachedThreadPool();
    byte[] body = ("{\"keys\":[" + key.toPublicJWK() + "]}").getBytes(UTF_8);
    provider.setExecutor(threads);
    provider.createContext(
        "/keys",
        exchange -> {
          awaitUnlessInterrupted(open);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    provider.start();
    resources.add(() -> provider.stop(0));
    resources.add(threads::shutdownNow);
    return "http://127.0.0.1:" + provider.getAddress().getPort() + "/keys";
  }

  private static void awaitUnlessInterrupted(CountDownLatch open) {
    try {
      open.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has another server load the classes, which can take as long as the time limit of a read. */
  private void loadClasses(String token) throws Exception {
    start(builder().jwtJwksUrl(serveKeys(200, new CountDownLatch(0))));
    assertThat(status(token)).isIn(101, 503);
  }

  /** There are two threads for handshakes. */
  @Test
  void admit_keysAreBeingRead_waitsWithoutThread() throws Exception {
    String token = rsaToken(JWSAlgorithm.RS256, claims().build());
    String otherToken = secretToken(SECRET);
    loadClasses(token);
    CountDownLatch open = new CountDownLatch(1);
    start(builder().jwtJwksUrl(serveKeys(200, open)).jwtSecret(SECRET));
    List<CompletableFuture<Admission>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(admission(token));
    }
    assertThat(status(otherToken)).as("another client meanwhile").isEqualTo(101);
    assertThat(waiting).noneMatch(CompletableFuture::isDone);

    open.countDown();

    for (CompletableFuture<Admission> each : waiting) {
      assertThat(status(each)).isEqualTo(101);
    }
  }

  @Test
  void admit_keysCannotBeRead_asksToTryAgain() throws Exception {
    start(builder().jwtJwksUrl(serveKeys(500, new CountDownLatch(0))));

    assertThat(admission(rsaToken(JWSAlgorithm.RS256, claims().build())).get(30, TimeUnit.SECONDS))
        .isEqualTo(new Admission.Rejected(503, 2));
    assertThat(status(secretToken(SECRET))).as("needs no keys").isEqualTo(401);
  }
}
