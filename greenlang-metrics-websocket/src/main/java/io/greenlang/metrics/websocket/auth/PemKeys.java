package io.greenlang.metrics.websocket.auth;

import io.greenlang.metrics.websocket.auth.VerificationKey.UnusableKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A reader of public keys in PEM ({@code -----BEGIN PUBLIC KEY-----}). */
final class PemKeys {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  /** The DER of a key of Ed25519 before its 32 bytes (RFC 8410, section 4). */
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int ED25519_BYTES = 32;

  private PemKeys() {}

  /**
   * Reads all blocks of a text, in which line breaks may be written as {@code \n}.
   *
   * @throws UnusableKeyException if a block is not a public key, or there is none
   */
  static List<PublicKey> read(String pem) throws UnusableKeyException {
    List<PublicKey> keys = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(pem);
    while (blocks.find()) {
      requirePublicKey(blocks.group(1));
      keys.add(publicKey(decoded(blocks.group(2))));
    }
    if (keys.isEmpty()) {
      throw new UnusableKeyException("it has no complete block -----BEGIN PUBLIC KEY-----");
    }
    return keys;
  }

  private static void requirePublicKey(String type) throws UnusableKeyException {
    if (type.equals("PUBLIC KEY")) {
      return;
    }
    throw new UnusableKeyException(
        type.contains("PRIVATE")
            ? "it is a private key; give the server the public one only: openssl pkey -pubout"
            : "a block is "
                + QuotedText.of(type)
                + ", not \"PUBLIC KEY\"; convert it with: openssl x509 -pubkey -noout, or openssl"
                + " rsa -RSAPublicKey_in -pubout");
  }

  private static byte[] decoded(String block) throws UnusableKeyException {
    try {
      return Base64.getDecoder().decode(block.replace("\\n", "").replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw new UnusableKeyException("a block is not base64");
    }
  }

  private static PublicKey publicKey(byte[] der) throws UnusableKeyException {
    for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
      PublicKey key = publicKey(der, algorithm);
      if (key != null) {
        return key;
      }
    }
    throw new UnusableKeyException("a block is not a key for RSA, EC or Ed25519");
  }

  /** Returns the key; null if it is of another type, or none at all. */
  private static @Nullable PublicKey publicKey(byte[] der, String algorithm) {
    try {
      return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
    } catch (InvalidKeySpecException e) {
      return null;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  /**
   * Returns the key of Ed25519 with the given bytes.
   *
   * @throws UnusableKeyException if they are no such key
   */
  static PublicKey ed25519(String curve, byte[] bytes) throws UnusableKeyException {
    if (!curve.equals("Ed25519") || bytes.length != ED25519_BYTES) {
      throw new UnusableKeyException(
          "the curve " + QuotedText.of(curve) + " is not supported, or its key is incomplete");
    }
    byte[] der = new byte[ED25519_PREFIX.length + bytes.length];
    System.arraycopy(ED25519_PREFIX, 0, der, 0, ED25519_PREFIX.length);
    System.arraycopy(bytes, 0, der, ED25519_PREFIX.length, bytes.length);
    return publicKey(der);
  }
}
