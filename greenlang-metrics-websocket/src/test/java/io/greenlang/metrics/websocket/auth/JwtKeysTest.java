package io.greenlang.metrics.websocket.auth;

import static io.greenlang.metrics.websocket.auth.ForgedTokens.GOOD_CLAIMS;
import static io.greenlang.metrics.websocket.auth.ForgedTokens.NOW;
import static io.greenlang.metrics.websocket.auth.ForgedTokens.with;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.HS256;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.SECRET;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.claiming;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.headed;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.websocket.CapturedLog;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of several parties, and the claims that they demand. */
class JwtKeysTest {

  private static final String NEW_SECRET = "f".repeat(64);
  private static final String ISSUER = "https://id.example";

  private static Authenticator authenticator(JwtKeys... keys) {
    return new JwtAuthenticator(new ManualClock(NOW), Arrays.asList(keys));
  }

  private static JwtKeys secrets(String... secrets) {
    return JwtKeys.secrets("HS256", List.of(secrets));
  }

  private static void requireRejected(Authenticator authenticator, String token, String reason) {
    assertThatThrownBy(() -> authenticator.authenticate(token))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(reason);
  }

  private static String pem(String algorithm, int bits, String type) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (bits > 0) {
      generator.initialize(bits);
    }
    KeyPair pair = generator.generateKeyPair();
    byte[] der =
        type.contains("PRIVATE") ? pair.getPrivate().getEncoded() : pair.getPublic().getEncoded();
    String body = Base64.getMimeEncoder().encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }

  @Test
  void secrets_oldAndNew_bothAreAccepted() throws Exception {
    Authenticator authenticator = authenticator(secrets(NEW_SECRET, SECRET));

    assertThat(authenticator.authenticate(claiming(GOOD_CLAIMS)).subject()).isEqualTo("ada");
    assertThat(
            authenticator
                .authenticate(signed(HS256, GOOD_CLAIMS, "HmacSHA256", NEW_SECRET))
                .subject())
        .isEqualTo("ada");
    requireRejected(
        authenticator,
        signed(HS256, GOOD_CLAIMS, "HmacSHA256", "e".repeat(64)),
        "the signature does not match any key for HS256");
  }

  @Test
  void issuer_withIssuerAndAudience_isAcceptedByKeysThatDemandThem() throws Exception {
    Authenticator authenticator =
        new JwtAuthenticator(
            MetricsClock.system(),
            List.of(
                secrets(NEW_SECRET)
                    .withIssuers(List.of(ISSUER))
                    .withAudiences(List.of("metrics"))));
    JwtIssuer plain = new JwtIssuer(NEW_SECRET, "HS256");
    Duration minute = Duration.ofMinutes(1);

    requireRejected(authenticator, plain.issue("ada", minute), "iss");
    requireRejected(authenticator, plain.withIssuer(ISSUER).issue("ada", minute), "aud");
    JwtIssuer complete = plain.withIssuer(ISSUER).withAudience("metrics");
    assertThat(authenticator.authenticate(complete.issue("ada", minute)).subject())
        .isEqualTo("ada");
  }

  @Test
  void secrets_tooManyOrNone_areRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtKeys.secrets("HS256", Collections.nCopies(9, SECRET)))
        .withMessageContaining("9 JWT secrets; there must be 1 to 8");
    assertThatIllegalArgumentException().isThrownBy(() -> JwtKeys.secrets("HS256", List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> authenticator());
  }

  @Test
  void secrets_shortAdditionalOne_isRejectedByItsName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> secrets(SECRET, "short"))
        .withMessageContaining("JWT_ADDITIONAL_SECRET_KEYS")
        .withMessageNotContaining("short,");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"iss\":\"https://other.example\"', 'iss is \"https://other.example\"; accepted:'",
    "'\"iss\":\"https://id.example/\"', 'iss is \"https://id.example/\"; accepted:'",
    "'\"iss\":null', 'iss is none; accepted:'",
    "'\"x\":1', 'iss is none; accepted: [https://id.example]'",
  })
  void issuers_otherOrNone_isRejectedWithBoth(String claim, String reason) {
    requireRejected(
        authenticator(secrets(SECRET).withIssuers(List.of(ISSUER))), claiming(with(claim)), reason);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"aud\":\"mail\"', 'aud is \"[mail]\"; accepted: [metrics, live]'",
    "'\"aud\":[\"mail\",\"metric\"]', 'aud is \"[mail, metric]\"; accepted:'",
    "'\"aud\":[]', 'aud is \"[]\"; accepted:'",
    "'\"x\":1', 'aud is \"[]\"; accepted:'",
  })
  void audiences_otherOrNone_isRejectedWithBoth(String claim, String reason) {
    requireRejected(
        authenticator(secrets(SECRET).withAudiences(List.of("metrics", "live"))),
        claiming(with(claim)),
        reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"metrics\"", "[\"mail\",\"metrics\"]", "[\"metrics\"]"})
  void audiences_oneOfThem_isAccepted(String audience) throws Exception {
    Authenticator authenticator =
        authenticator(secrets(SECRET).withAudiences(List.of("metrics", "live")));
    assertThat(authenticator.authenticate(claiming(with("\"aud\":" + audience))).subject())
        .isEqualTo("ada");
  }

  /** One issuer's key must not sign in the name of another. */
  @Test
  void issuers_several_eachHasItsOwnKey() throws Exception {
    Authenticator authenticator =
        authenticator(
            secrets(SECRET).withIssuers(List.of("a")),
            secrets(NEW_SECRET).withIssuers(List.of("b")));
    String ofA = with("\"iss\":\"a\"");
    String ofB = with("\"iss\":\"b\"");

    assertThat(authenticator.authenticate(claiming(ofA)).subject()).isEqualTo("ada");
    assertThat(authenticator.authenticate(signed(HS256, ofB, "HmacSHA256", NEW_SECRET)).subject())
        .isEqualTo("ada");
    requireRejected(authenticator, claiming(ofB), "the signature does not match");
    requireRejected(
        authenticator,
        signed(HS256, ofA, "HmacSHA256", NEW_SECRET),
        "the signature does not match");
    requireRejected(authenticator, claiming(with("\"iss\":\"c\"")), "accepted: [a, b]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\\r\\nb", "\\u001b[31m", "", "\\u0000", "\\ud800", "\\\""})
  void kid_notPrintable_isRejected(String kid) {
    requireRejected(
        authenticator(secrets(SECRET)),
        headed("{\"alg\":\"HS256\",\"kid\":\"" + kid + "\"}", GOOD_CLAIMS),
        "kid is empty, too long or not printable");
  }

  @Test
  void kid_tooLong_isRejected() {
    requireRejected(
        authenticator(secrets(SECRET)),
        headed("{\"alg\":\"HS256\",\"kid\":\"" + "k".repeat(257) + "\"}", GOOD_CLAIMS),
        "kid is empty, too long");
  }

  @ParameterizedTest
  @CsvSource({"JWT", "jwt", "at+jwt", "application/at+jwt"})
  void typ_ofAccessToken_isAccepted(String type) throws Exception {
    String token = headed("{\"alg\":\"HS256\",\"typ\":\"" + type + "\"}", GOOD_CLAIMS);
    assertThat(authenticator(secrets(SECRET)).authenticate(token).subject()).isEqualTo("ada");
  }

  @Test
  void typ_ofOtherToken_isRejected() {
    requireRejected(
        authenticator(secrets(SECRET)),
        headed("{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}", GOOD_CLAIMS),
        "typ is \"logout+jwt\"; accepted: JWT, at+jwt");
  }

  @Test
  void claims_ofControlCharacters_forgeNoLogLine() {
    assertThatThrownBy(
            () ->
                authenticator(secrets(SECRET).withIssuers(List.of(ISSUER)))
                    .authenticate(claiming(with("\"iss\":\"a\\r\\nERROR \\u001b[31m\""))))
        .hasMessageContaining("iss is \"a??ERROR ?[31m\"");
  }

  @Test
  void times_wrongClock_areNamedBeside() {
    Authenticator authenticator = authenticator(secrets(SECRET));
    long now = NOW.getEpochSecond();
    requireRejected(
        authenticator,
        claiming(ForgedTokens.claims(now - 31)),
        "the token expired at 2025-11-08T11:59:29Z, and it is 2025-11-08T12:00:00Z");
    requireRejected(
        authenticator,
        claiming(with("\"nbf\":" + (now + 31))),
        "the token is not valid before 2025-11-08T12:00:31Z, and it is 2025-11-08T12:00:00Z");
  }

  @Test
  void publicKeys_privateKey_isRejectedWithoutQuotingIt() throws Exception {
    String pem = pem("RSA", 2048, "PRIVATE KEY");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtKeys.publicKeys(pem))
        .withMessageContaining("JWT_PUBLIC_KEYS")
        .withMessageContaining("it is a private key")
        .withMessageNotContaining(pem.substring(30, 50));
  }

  @Test
  void publicKeys_weakOrUnsupported_areRejectedWithReason() throws Exception {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtKeys.publicKeys(pem("RSA", 1024, "PUBLIC KEY")))
        .withMessageContaining("1024 bits");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtKeys.publicKeys(pem("Ed448", 0, "PUBLIC KEY")))
        .withMessageContaining("not a key for RSA, EC or Ed25519");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtKeys.publicKeys(pem("RSA", 2048, "CERTIFICATE")))
        .withMessageContaining("openssl x509 -pubkey");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtKeys.publicKeys("{\"kty\":\"oct\",\"k\":\"AAAA\"}"))
        .withMessageContaining("shared secret");
  }

  @ParameterizedTest
  @CsvSource({
    "x, 'no complete block'",
    "'-----BEGIN PUBLIC KEY-----', 'no complete block'",
    "'-----BEGIN PUBLIC KEY-----!-----END PUBLIC KEY-----', 'not base64'",
    "'{', 'begins with { and is not a JSON Web Key'",
    "'{\"keys\":[]}', 'there are 0, and there must be 1 to 8'",
  })
  void publicKeys_malformed_areRejectedWithReason(String text, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtKeys.publicKeys(text))
        .withMessageContaining(reason);
  }

  /** The form of a variable that cannot have several lines. */
  @Test
  void publicKeys_lineBreaksAsEscapes_areRead() throws Exception {
    String oneLine = pem("EC", 256, "PUBLIC KEY").replace("\r", "").replace("\n", "\\n");
    assertThat(JwtKeys.publicKeys(oneLine)).hasToString("public keys");
  }

  @Test
  void publicKeys_nine_areRejected() throws Exception {
    String nine = pem("Ed25519", 0, "PUBLIC KEY").repeat(9);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtKeys.publicKeys(nine))
        .withMessageContaining("there are 9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://id.example/keys",
        "file:///etc/passwd",
        "https:/keys",
        "https://user:pw@id.example/keys",
        "https://id.example/keys#a",
        "keys"
      })
  void fromUrl_otherThanHttp_isRejected(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtKeys.fromUrl(url))
        .withMessageContaining("JWT_JWKS_URL")
        .withMessageNotContaining("pw");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtKeys.discover(url))
        .withMessageContaining("JWT_DISCOVERY_ISSUERS");
  }

  @Test
  void discover_query_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtKeys.discover("https://id.example?a=b"))
        .withMessageContaining("no query");
  }

  @Test
  void open_keysWithoutIssuerBesideIssuer_logsThatTheyVerifyItsTokens() {
    JwtKeys discovered = secrets(SECRET).withIssuers(List.of(ISSUER));
    try (CapturedLog log = new CapturedLog()) {
      authenticator(discovered, secrets(NEW_SECRET));
      assertThat(log.text()).contains("Keys without issuers (secrets)", ISSUER, "JWT_ISSUERS");
    }
  }

  @Test
  void open_eachKeyWithIssuerOrNone_logsNothing() {
    JwtKeys one = secrets(SECRET).withIssuers(List.of(ISSUER));
    try (CapturedLog log = new CapturedLog()) {
      authenticator(one, secrets(NEW_SECRET).withIssuers(List.of("https://ci.example")));
      authenticator(secrets(SECRET), secrets(NEW_SECRET));
      assertThat(log.text()).doesNotContain("without issuers");
    }
  }

  @Test
  void settings_outOfRange_areRejected() {
    JwtKeys keys = secrets(SECRET);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> keys.withRsaAlgorithm("HS256"))
        .withMessageContaining("JWT_RSA_ALGORITHM");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> keys.withRefreshInterval(Duration.ofSeconds(59)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> keys.withRefreshInterval(Duration.ofHours(13)))
        .withMessageContaining("PT13H");
  }
}
