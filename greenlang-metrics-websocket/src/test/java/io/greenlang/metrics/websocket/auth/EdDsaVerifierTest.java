package io.greenlang.metrics.websocket.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.Ed25519Signer;
import com.nimbusds.jose.crypto.Ed25519Verifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.gen.OctetKeyPairGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our verifier of EdDSA beside that of the library, which Google Tink computes. */
class EdDsaVerifierTest {

  private static final JWSHeader HEADER = new JWSHeader(JWSAlgorithm.EdDSA);

  /** The order of the group: a signature to which it is added must not be valid too. */
  private static final BigInteger ORDER =
      BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private final Random random = new Random(20261129);

  private static JWSVerifier ours(OctetKeyPair key) throws Exception {
    return new EdDsaVerifier((EdECPublicKey) PemKeys.ed25519("Ed25519", key.getDecodedX()));
  }

  private byte[] content() {
    return ("header." + Long.toHexString(random.nextLong()) + "x".repeat(random.nextInt(300)))
        .getBytes(US_ASCII);
  }

  @Test
  void verify_signatureOfTink_isValidUntilABitChanges() throws Exception {
    for (int i = 0; i < 40; i++) {
      OctetKeyPair key = new OctetKeyPairGenerator(Curve.Ed25519).generate();
      byte[] content = content();
      byte[] signature = new Ed25519Signer(key).sign(HEADER, content).decode();

      assertThat(ours(key).verify(HEADER, content, Base64URL.encode(signature))).isTrue();
      for (int flips = 0; flips < 8; flips++) {
        byte[] forged = signature.clone();
        forged[random.nextInt(forged.length)] ^= (byte) (1 << random.nextInt(8));
        assertThat(ours(key).verify(HEADER, content, Base64URL.encode(forged))).isFalse();
      }
    }
  }

  @Test
  void verify_signatureOfJdk_isValidForBoth() throws Exception {
    for (int i = 0; i < 40; i++) {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      byte[] der = pair.getPublic().getEncoded();
      byte[] x = Arrays.copyOfRange(der, der.length - 32, der.length);
      OctetKeyPair key = new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).build();
      byte[] content = content();
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(pair.getPrivate());
      signer.update(content);
      Base64URL signature = Base64URL.encode(signer.sign());

      assertThat(ours(key).verify(HEADER, content, signature)).isTrue();
      assertThat(new Ed25519Verifier(key).verify(HEADER, content, signature)).isTrue();
    }
  }

  /** RFC 8032, section 5.1.7: otherwise each signature would have a second spelling. */
  @Test
  void verify_signaturePlusOrder_isInvalid() throws Exception {
    OctetKeyPair key = new OctetKeyPairGenerator(Curve.Ed25519).generate();
    byte[] content = content();
    byte[] signature = new Ed25519Signer(key).sign(HEADER, content).decode();
    byte[] big = new byte[33];
    for (int i = 0; i < 32; i++) {
      big[32 - i] = signature[32 + i]; // little-endian
    }
    byte[] sum = new BigInteger(big).add(ORDER).toByteArray();
    for (int i = 0; i < 32; i++) {
      signature[32 + i] = i < sum.length ? sum[sum.length - 1 - i] : 0;
    }

    assertThat(ours(key).verify(HEADER, content, Base64URL.encode(signature))).isFalse();
    assertThat(
            new Ed25519Verifier(key.toPublicJWK())
                .verify(HEADER, content, Base64URL.encode(signature)))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32, 63, 65, 128, 5_000})
  void verify_signatureOfOtherLength_isInvalid(int length) throws Exception {
    OctetKeyPair key = new OctetKeyPairGenerator(Curve.Ed25519).generate();

    assertThat(ours(key).verify(HEADER, content(), Base64URL.encode(new byte[length]))).isFalse();
  }
}
