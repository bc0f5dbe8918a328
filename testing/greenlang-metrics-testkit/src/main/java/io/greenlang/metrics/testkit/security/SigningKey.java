package io.greenlang.metrics.testkit.security;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A private key of an identity provider, which signs tokens with the JDK and without the library
 * that verifies them. Thread-safe.
 *
 * @param algorithm the algorithm, such as ES256
 * @param kid the name of the key in tokens and in the key set
 */
public record SigningKey(String algorithm, String kid, KeyPair pair) {

  /** The algorithms of public keys that a server accepts. */
  public static final List<String> ALGORITHMS =
      List.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");

  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  private static final int RSA_BITS = 2048;

  /** Creates a random key for an algorithm. */
  public static SigningKey generate(String algorithm, String kid) {
    return switch (algorithm.substring(0, 2)) {
      case "RS", "PS" ->
          of(
              algorithm,
              kid,
              "RSA",
              new RSAKeyGenParameterSpec(RSA_BITS, RSAKeyGenParameterSpec.F4));
      case "ES" -> of(algorithm, kid, "EC", new ECGenParameterSpec(curve(algorithm, "secp", "r1")));
      default -> of(algorithm, kid, "Ed25519", null);
    };
  }

  private static SigningKey of(
      String algorithm, String kid, String type, @Nullable AlgorithmParameterSpec parameters) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
      if (parameters != null) {
        generator.initialize(parameters);
      }
      return new SigningKey(algorithm, kid, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no " + type, e);
    }
  }

  private static String curve(String algorithm, String prefix, String suffix) {
    String bits = algorithm.substring(2);
    return prefix + (bits.equals("512") ? "521" : bits) + suffix;
  }

  /** Returns a token with these claims and a header that names the algorithm and the key. */
  public String sign(String claims) {
    return signWithHeader("{\"alg\":\"" + algorithm + "\",\"kid\":\"" + kid + "\"}", claims);
  }

  /** Returns a token with any header, which may contradict the algorithm of its signature. */
  public String signWithHeader(String header, String claims) {
    String content = encode(header.getBytes(UTF_8)) + "." + encode(claims.getBytes(UTF_8));
    return content + "." + encode(signature(content.getBytes(US_ASCII)));
  }

  private byte[] signature(byte[] content) {
    try {
      Signature signer = Signature.getInstance(signatureName());
      if (algorithm.startsWith("PS")) {
        int bits = Integer.parseInt(algorithm.substring(2));
        String hash = "SHA-" + bits;
        signer.setParameter(
            new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), bits / 8, 1));
      }
      signer.initSign(pair.getPrivate());
      signer.update(content);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot sign with " + algorithm, e);
    }
  }

  private String signatureName() {
    String hash = "SHA" + algorithm.substring(2);
    return switch (algorithm.substring(0, 2)) {
      case "RS" -> hash + "withRSA";
      case "PS" -> "RSASSA-PSS";
      case "ES" -> hash + "withECDSAinP1363Format";
      default -> "Ed25519";
    };
  }

  /** Returns the public key in PEM. */
  public String pem() {
    String body = Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded());
    return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
  }

  /** Returns the public key as a JSON Web Key that names its algorithm. */
  public String jwk() {
    return jwk("\"alg\":\"" + algorithm + "\",\"use\":\"sig\"");
  }

  /**
   * Returns the public key as a JSON Web Key with further members.
   *
   * @param members JSON members without braces
   */
  public String jwk(String members) {
    return "{" + parameters() + ",\"kid\":\"" + kid + "\"," + members + "}";
  }

  private String parameters() {
    PublicKey key = pair.getPublic();
    if (key instanceof RSAPublicKey rsa) {
      return "\"kty\":\"RSA\",\"n\":\""
          + encode(unsigned(rsa.getModulus(), 0))
          + "\",\"e\":\""
          + encode(unsigned(rsa.getPublicExponent(), 0))
          + "\"";
    }
    if (key instanceof ECPublicKey ec) {
      int bytes = (ec.getParams().getCurve().getField().getFieldSize() + 7) / 8;
      return "\"kty\":\"EC\",\"crv\":\""
          + curve(algorithm, "P-", "")
          + "\",\"x\":\""
          + encode(unsigned(ec.getW().getAffineX(), bytes))
          + "\",\"y\":\""
          + encode(unsigned(ec.getW().getAffineY(), bytes))
          + "\"";
    }
    byte[] der = key.getEncoded(); // a key of Ed25519 is the last 32 bytes of it
    return "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\""
        + encode(Arrays.copyOfRange(der, der.length - 32, der.length))
        + "\"";
  }

  /** Returns the bytes of a number, without a sign and with leading zeros up to a length. */
  private static byte[] unsigned(BigInteger number, int minBytes) {
    byte[] signed = number.toByteArray();
    int start = signed[0] == 0 && signed.length > 1 ? 1 : 0;
    byte[] bytes = new byte[Math.max(minBytes, signed.length - start)];
    int length = signed.length - start;
    System.arraycopy(signed, start, bytes, bytes.length - length, length);
    return bytes;
  }

  private static String encode(byte[] bytes) {
    return BASE64URL.encodeToString(bytes);
  }
}
