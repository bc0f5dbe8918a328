package io.greenlang.metrics.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.testkit.security.SigningKey;
import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.JwtAuthenticator;
import io.greenlang.metrics.websocket.auth.JwtKeys;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Tokens that the JDK signs with each algorithm, at an authenticator with the public keys. */
class SignatureAlgorithmsTest {

  private static final List<String> ALGORITHMS = SigningKey.ALGORITHMS;
  private static final Map<String, SigningKey> KEYS = new LinkedHashMap<>();
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String CLAIMS =
      "{\"sub\":\"ada\",\"exp\":" + NOW.plusSeconds(60).getEpochSecond() + "}";

  @BeforeAll
  static void generateKeys() {
    ALGORITHMS.forEach(algorithm -> KEYS.put(algorithm, SigningKey.generate(algorithm, "k")));
  }

  private static SigningKey key(String algorithm) {
    return Objects.requireNonNull(KEYS.get(algorithm), algorithm);
  }

  private static Authenticator authenticator(JwtKeys keys) {
    return new JwtAuthenticator(new ManualClock(NOW), List.of(keys));
  }

  private static Authenticator withPem(String algorithm) {
    JwtKeys keys = JwtKeys.publicKeys(key(algorithm).pem());
    boolean isRsa = algorithm.startsWith("RS") || algorithm.startsWith("PS");
    return authenticator(isRsa ? keys.withRsaAlgorithm(algorithm) : keys);
  }

  private static Authenticator withJwk(String algorithm) {
    return authenticator(JwtKeys.publicKeys(key(algorithm).jwk()));
  }

  @ParameterizedTest
  @FieldSource("ALGORITHMS")
  void authenticate_tokenOfPem_isAccepted(String algorithm) throws Exception {
    String token = key(algorithm).sign(CLAIMS);
    assertThat(withPem(algorithm).authenticate(token).subject()).isEqualTo("ada");
  }

  @ParameterizedTest
  @FieldSource("ALGORITHMS")
  void authenticate_tokenOfJsonWebKey_isAccepted(String algorithm) throws Exception {
    String token = key(algorithm).sign(CLAIMS);
    assertThat(withJwk(algorithm).authenticate(token).subject()).isEqualTo("ada");
  }

  @Test
  void authenticate_randomTokens_areAcceptedUnlessABitIsFlipped() throws Exception {
    Random random = new Random(20261129);
    for (int i = 0; i < 200; i++) {
      String algorithm = ALGORITHMS.get(i % ALGORITHMS.size());
      Authenticator authenticator = withJwk(algorithm);
      String members = ",\"n\":" + random.nextInt() + "}";
      String token = key(algorithm).sign(CLAIMS.substring(0, CLAIMS.length() - 1) + members);
      assertThat(authenticator.authenticate(token).subject()).isEqualTo("ada");

      String forged = flipBitOfSignature(token, random);
      assertThatThrownBy(() -> authenticator.authenticate(forged))
          .as("%s, token %d", algorithm, i)
          .isInstanceOf(AuthenticationException.class);
    }
  }

  private static String flipBitOfSignature(String token, Random random) {
    int dot = token.lastIndexOf('.');
    byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
    signature[random.nextInt(signature.length)] ^= (byte) (1 << random.nextInt(8));
    return token.substring(0, dot + 1)
        + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }

  /** The header names another algorithm than the key has, or the signature is made with one. */
  @ParameterizedTest
  @FieldSource("ALGORITHMS")
  void authenticate_otherAlgorithmInHeader_isRejected(String algorithm) {
    Authenticator authenticator = withJwk(algorithm);
    for (String other : ALGORITHMS) {
      if (!other.equals(algorithm)) {
        String header = "{\"alg\":\"" + other + "\",\"kid\":\"k\"}";
        assertThatThrownBy(
                () -> authenticator.authenticate(key(algorithm).signWithHeader(header, CLAIMS)))
            .as(other)
            .isInstanceOf(AuthenticationException.class)
            .hasMessageContaining("its key allows " + algorithm);
        assertThatThrownBy(() -> authenticator.authenticate(key(other).sign(CLAIMS)))
            .as(other)
            .isInstanceOf(AuthenticationException.class);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("ALGORITHMS")
  void authenticate_publicKeyAsSecret_isRejected(String algorithm) throws Exception {
    SigningKey key = key(algorithm);
    List<byte[]> secrets =
        List.of(
            key.pem().getBytes(UTF_8),
            key.pem().strip().getBytes(UTF_8),
            key.jwk().getBytes(UTF_8),
            key.pair().getPublic().getEncoded());
    for (String hash : List.of("256", "384", "512")) {
      for (byte[] secret : secrets) {
        String token = hmac("HS" + hash, "HmacSHA" + hash, secret);
        for (Authenticator authenticator : List.of(withPem(algorithm), withJwk(algorithm))) {
          assertThatThrownBy(() -> authenticator.authenticate(token))
              .isInstanceOf(AuthenticationException.class)
              .hasMessageContaining("\"HS" + hash + "\", which needs a shared secret");
        }
      }
    }
  }

  private static String hmac(String algorithm, String name, byte[] secret) throws Exception {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    String header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"k\"}";
    String content =
        encoder.encodeToString(header.getBytes(UTF_8))
            + "."
            + encoder.encodeToString(CLAIMS.getBytes(UTF_8));
    Mac mac = Mac.getInstance(name);
    mac.init(new SecretKeySpec(secret, name));
    return content + "." + encoder.encodeToString(mac.doFinal(content.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @FieldSource("ALGORITHMS")
  void authenticate_unsignedOrEmptySignature_isRejected(String algorithm) {
    Authenticator authenticator = withJwk(algorithm);
    String signed = key(algorithm).sign(CLAIMS);
    int dot = signed.lastIndexOf('.');
    int length = Base64.getUrlDecoder().decode(signed.substring(dot + 1)).length;
    for (byte[] signature : List.of(new byte[0], new byte[length], ones(length))) {
      String token =
          signed.substring(0, dot + 1)
              + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
      assertThatThrownBy(() -> authenticator.authenticate(token))
          .isInstanceOf(AuthenticationException.class);
    }
    for (String none : List.of("none", "None", "")) {
      String token = key(algorithm).signWithHeader("{\"alg\":\"" + none + "\"}", CLAIMS);
      assertThatThrownBy(() -> authenticator.authenticate(token))
          .isInstanceOf(AuthenticationException.class);
    }
  }

  private static byte[] ones(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0xff);
    return bytes;
  }

  /** The key of the header must not be used, although it verifies the signature. */
  @Test
  void authenticate_ownKeyInHeader_isRejected() {
    SigningKey own = SigningKey.generate("ES256", "k");
    String header = "{\"alg\":\"ES256\",\"kid\":\"k\",\"jwk\":" + own.jwk() + "}";
    assertThatThrownBy(() -> withJwk("ES256").authenticate(own.signWithHeader(header, CLAIMS)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("the signature does not match the key \"k\"");
  }
}
