package io.greenlang.metrics.netty.internal.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A reader of private keys in the forms that openssl writes: PKCS#8 (RFC 5958), plain or encrypted,
 * PKCS#1 (RFC 8017) and SEC 1 (RFC 5915).
 */
final class PrivateKeys {

  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  /** The name that the JDK gives to every encryption of PKCS#5, 2.0. */
  private static final String PBES2 = "PBES2";

  private static final String PBES2_OID = "1.2.840.113549.1.5.13";

  /** The version of PKCS#8, and the algorithm of RSA without parameters. */
  private static final byte[] RSA_HEAD = hex("020100300d06092a864886f70d0101010500");

  private static final byte[] VERSION = hex("020100");
  private static final byte[] EC_OID = hex("06072a8648ce3d0201");

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int EC_PARAMETERS = 0xa0;
  private static final int LONG_LENGTH = 0x80;
  private static final int BYTE = 0xff;

  private PrivateKeys() {}

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  /**
   * Reads a key.
   *
   * @param type the type of its PEM block
   * @param password the password of an encrypted key; null if there is none
   * @throws UnusableKeyException if it is malformed, of another kind, or the password is wrong
   */
  static PrivateKey read(String type, byte[] der, @Nullable String password)
      throws UnusableKeyException {
    return switch (type) {
      case "PRIVATE KEY" -> fromPkcs8(der);
      case "ENCRYPTED PRIVATE KEY" -> fromPkcs8(decrypt(der, password));
      case "RSA PRIVATE KEY" -> fromPkcs8(element(SEQUENCE, RSA_HEAD, element(OCTET_STRING, der)));
      case "EC PRIVATE KEY" -> fromPkcs8(pkcs8OfEc(der));
      default ->
          throw new UnusableKeyException(
              "a key of the type "
                  + type
                  + " is not supported; use one of RSA, EC or Ed25519, such as: openssl genpkey"
                  + " -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    };
  }

  private static PrivateKey fromPkcs8(byte[] der) throws UnusableKeyException {
    for (String algorithm : ALGORITHMS) {
      PrivateKey key = fromPkcs8(der, algorithm);
      if (key != null) {
        return key;
      }
    }
    throw new UnusableKeyException(
        "the key is malformed, or not one of RSA, EC or Ed25519; check it with: openssl pkey -check"
            + " -noout -in key.pem");
  }

  /** Returns the key; null if it is of another algorithm, or malformed. */
  private static @Nullable PrivateKey fromPkcs8(byte[] der, String algorithm) {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (InvalidKeySpecException e) {
      return null;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  private static byte[] decrypt(byte[] der, @Nullable String password) throws UnusableKeyException {
    if (password == null) {
      throw new UnusableKeyException("the key is encrypted; set its password, TLS_KEY_PASSWORD");
    }
    PBEKeySpec secret = new PBEKeySpec(password.toCharArray());
    try {
      EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(der);
      String algorithm = algorithm(encrypted);
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm).generateSecret(secret),
          encrypted.getAlgParameters());
      return encrypted.getKeySpec(cipher).getEncoded();
    } catch (NoSuchAlgorithmException e) {
      throw new UnusableKeyException(
          "the JDK does not know the encryption of the key; convert it with: openssl pkcs8 -topk8"
              + " -v2 aes256 -in old.pem -out key.pem",
          e);
    } catch (GeneralSecurityException | IOException e) {
      throw new UnusableKeyException(
          "the key cannot be decrypted; check the password, TLS_KEY_PASSWORD", e);
    } finally {
      secret.clearPassword();
    }
  }

  private static String algorithm(EncryptedPrivateKeyInfo encrypted) {
    String name = encrypted.getAlgName();
    return name.equals(PBES2) || name.equals(PBES2_OID)
        ? encrypted.getAlgParameters().toString() // PBEWithHmacSHA256AndAES_256, for example
        : name;
  }

  /** Wraps a key of SEC 1, whose curve PKCS#8 repeats outside of it. */
  private static byte[] pkcs8OfEc(byte[] der) throws UnusableKeyException {
    ByteBuffer key = ByteBuffer.wrap(der);
    try {
      enter(key, SEQUENCE);
      skip(key);
      skip(key);
      ByteBuffer curve = enter(key, EC_PARAMETERS);
      byte[] parameters = new byte[curve.remaining()];
      curve.get(parameters);
      byte[] algorithm = element(SEQUENCE, EC_OID, parameters);
      return element(SEQUENCE, VERSION, algorithm, element(OCTET_STRING, der));
    } catch (RuntimeException e) { // the lengths exceed the key
      throw new UnusableKeyException(
          "the key is malformed or names no curve; convert it with: openssl pkcs8 -topk8 -nocrypt"
              + " -in old.pem -out key.pem",
          e);
    }
  }

  /** Returns the content of the next element, and moves to its start. */
  private static ByteBuffer enter(ByteBuffer input, int tag) {
    if ((input.get() & BYTE) != tag) {
      throw new IllegalArgumentException("unexpected tag");
    }
    int length = length(input);
    return input.slice(input.position(), length);
  }

  private static void skip(ByteBuffer input) {
    input.get();
    int length = length(input);
    input.position(input.position() + length);
  }

  private static int length(ByteBuffer input) {
    int first = input.get() & BYTE;
    if (first < LONG_LENGTH) {
      return first;
    }
    int length = 0;
    for (int i = first & ~LONG_LENGTH; i > 0; i--) {
      length = Math.addExact(Math.multiplyExact(length, BYTE + 1), input.get() & BYTE);
    }
    return length;
  }

  /** Returns an element of DER (X.690). */
  private static byte[] element(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] lengthBytes = lengthBytes(length);
    ByteBuffer element =
        ByteBuffer.allocate(1 + lengthBytes.length + length).put((byte) tag).put(lengthBytes);
    for (byte[] part : parts) {
      element.put(part);
    }
    return element.array();
  }

  /** Returns the length in its shortest form; a key is shorter than 64 KiB. */
  private static byte[] lengthBytes(int length) {
    if (length < LONG_LENGTH) {
      return new byte[] {(byte) length};
    }
    return length <= BYTE
        ? new byte[] {(byte) (LONG_LENGTH | 1), (byte) length}
        : new byte[] {(byte) (LONG_LENGTH | 2), (byte) (length >> Byte.SIZE), (byte) length};
  }
}
