package io.greenlang.metrics.websocket.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.text.ParseException;
import java.util.Base64;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Key sets with keys that must not verify tokens, each with its reason. */
class KeySetReaderTest {

  private static String ecParameters = "";
  private static String rsaParameters = "";

  @BeforeAll
  static void generateKeys() throws Exception {
    ecParameters = parameters(ec("secp256r1"), "P-256");
    rsaParameters = rsa(2048, null);
  }

  private static ECPublicKey ec(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return (ECPublicKey) generator.generateKeyPair().getPublic();
  }

  private static String parameters(ECPublicKey key, String curve) {
    ECKey jwk = new ECKey.Builder(Curve.P_256, key).build();
    return "\"kty\":\"EC\",\"crv\":\""
        + curve
        + "\",\"x\":\""
        + jwk.getX()
        + "\",\"y\":\""
        + jwk.getY()
        + "\"";
  }

  private static String rsa(int bits, @Nullable BigInteger exponent) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    RSAPublicKey key = (RSAPublicKey) generator.generateKeyPair().getPublic();
    BigInteger chosen = exponent == null ? key.getPublicExponent() : exponent;
    return "\"kty\":\"RSA\",\"n\":\""
        + encode(key.getModulus())
        + "\",\"e\":\""
        + encode(chosen)
        + "\"";
  }

  private static String encode(BigInteger number) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(number.toByteArray());
  }

  private static KeySet read(String... keys) throws ParseException {
    return KeySetReader.read("{\"keys\":[" + String.join(",", keys) + "]}", "RS256");
  }

  private static String reason(String key) throws ParseException {
    KeySet keys = read(key);
    assertThat(keys.size()).as(key).isZero();
    return KeySetReader.reasons(keys);
  }

  @Test
  void read_usableKeys_areCounted() throws Exception {
    KeySet keys =
        read("{" + ecParameters + ",\"kid\":\"a\",\"use\":\"sig\"}", "{" + rsaParameters + "}");

    assertThat(keys.size()).isEqualTo(2);
    assertThat(keys.refusals()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1024, 'the RSA key has 1024 bits; it must have 2048 to 8192'",
    "512, 'the RSA key has 512 bits; it must have 2048 to 8192'"
  })
  void read_shortRsaKey_isNotUsed(int bits, String reason) throws Exception {
    assertThat(reason("{" + rsa(bits, null) + ",\"kid\":\"a\"}")).isEqualTo("key \"a\": " + reason);
  }

  @Test
  void read_longRsaKey_isNotUsed() throws Exception {
    String modulus = encode(BigInteger.ONE.shiftLeft(16_383).add(BigInteger.ONE));
    assertThat(reason("{\"kty\":\"RSA\",\"n\":\"" + modulus + "\",\"e\":\"AQAB\"}"))
        .contains("16384 bits");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "4", "36893488147419103233"})
  void read_unsafeExponent_isNotUsed(String exponent) throws Exception {
    assertThat(reason("{" + rsa(2048, new BigInteger(exponent)) + "}"))
        .containsAnyOf("exponent", "malformed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256k1", "P-192", "P-256K", "Ed448", "", "p-256"})
  void read_otherCurve_isNotUsed(String curve) throws Exception {
    String key = ecParameters.replace("P-256", curve);
    assertThat(reason("{" + key + "}")).contains("its curve is not supported");
  }

  @Test
  void read_pointOffCurve_isNotUsed() throws Exception {
    String key =
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
            + encode(BigInteger.TEN)
            + "\",\"y\":\""
            + encode(BigInteger.TWO)
            + "\"}";
    assertThat(reason(key)).contains("malformed");
  }

  @ParameterizedTest
  @CsvSource({
    "Ed448, 'the curve \"Ed448\" is not supported'",
    "X25519, 'the curve \"X25519\" is not supported'",
    "Ed25519, 'or its key is incomplete'"
  })
  void read_otherEdwardsCurveOrShortKey_isNotUsed(String curve, String reason) throws Exception {
    assertThat(reason("{\"kty\":\"OKP\",\"crv\":\"" + curve + "\",\"x\":\"AAAA\"}"))
        .contains(reason);
  }

  @ParameterizedTest
  @CsvSource({"enc", "encryption", "''"})
  void read_useForOtherThanSignatures_isNotUsed(String use) throws Exception {
    assertThat(reason("{" + ecParameters + ",\"use\":\"" + use + "\"}"))
        .contains("use is \"" + use + "\", not \"sig\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[\"sign\"]", "[]", "\"verify\"", "1"})
  void read_operationsWithoutVerify_isNotUsed(String operations) throws Exception {
    assertThat(reason("{" + ecParameters + ",\"key_ops\":" + operations + "}"))
        .contains("key_ops does not contain");
  }

  @Test
  void read_privateKey_isNotUsed() throws Exception {
    assertThat(reason(new ECKeyGenerator(Curve.P_384).generate().toJSONString()))
        .contains("it has the private part d; anyone who can read it can sign tokens");
    assertThat(reason(new RSAKeyGenerator(2048).generate().toJSONString()))
        .contains("it has the private part");
    assertThat(reason("{\"kty\":\"oct\",\"k\":\"AAAA\"}")).contains("it is a shared secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "ES384", "ES256K", "HS256", "none", "ECDH-ES"})
  void read_algorithmOfOtherKey_isNotUsed(String algorithm) throws Exception {
    assertThat(reason("{" + ecParameters + ",\"alg\":\"" + algorithm + "\"}"))
        .contains("alg is \"" + algorithm + "\", and this key can only sign with ES256");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA-OAEP", "ES256", "HS256", "none"})
  void read_algorithmNotForRsa_isNotUsed(String algorithm) throws Exception {
    assertThat(reason("{" + rsaParameters + ",\"alg\":\"" + algorithm + "\"}"))
        .contains("and this RSA key can only sign with PS256, PS384, PS512, RS256, RS384, RS512");
  }

  @Test
  void read_repeatedKid_noneOfThemIsUsed() throws Exception {
    KeySet keys =
        read(
            "{" + ecParameters + ",\"kid\":\"a\"}",
            "{" + rsaParameters + ",\"kid\":\"a\"}",
            "{" + rsaParameters + ",\"kid\":\"b\"}");

    assertThat(keys.size()).isEqualTo(1);
    assertThat(KeySetReader.reasons(keys)).isEqualTo("key \"a\": several keys have this kid");
  }

  @Test
  void read_kidOfControlCharactersOrTooLong_isNotUsed() throws Exception {
    for (String kid : new String[] {"a\\r\\nERROR b", "\\u001b[2J", "", "k".repeat(257)}) {
      assertThat(reason("{" + ecParameters + ",\"kid\":\"" + kid + "\"}"))
          .isEqualTo("key \"number 1\": its kid is empty, too long or not printable");
    }
    assertThat(read("{" + ecParameters + ",\"kid\":\"" + "k".repeat(256) + "\"}").size())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "[]", "\"\"", "{}", "{\"kty\":1}", "{\"kty\":\"RSA\"}"})
  void read_malformedKeyBesideGoodOne_isSkipped(String key) throws Exception {
    KeySet keys = read(key, "{" + ecParameters + "}");

    assertThat(keys.size()).isEqualTo(1);
    assertThat(keys.refusals()).hasSize(1);
  }

  @Test
  void read_tooManyKeys_fails() {
    String[] keys = Collections.nCopies(65, "{}").toArray(String[]::new);
    assertThatThrownBy(() -> read(keys)).hasMessageContaining("65 keys, more than 64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[", "<html>", "1"})
  void read_noKeySet_fails(String json) {
    assertThatThrownBy(() -> KeySetReader.read(json, "RS256")).isInstanceOf(ParseException.class);
  }

  @Test
  void read_deepDocument_fails() {
    assertThatThrownBy(() -> KeySetReader.read("{\"keys\":" + "[".repeat(100_000), "RS256"))
        .isInstanceOf(ParseException.class);
  }
}
