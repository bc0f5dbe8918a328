package io.greenlang.metrics.netty.internal.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a PEM file (RFC 7468). Text around them is ignored, because openssl writes the
 * names of certificates there. Immutable.
 */
final class PemFile {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String KEY_SUFFIX = "PRIVATE KEY";

  private record Block(String type, String body) {

    private byte[] der() throws UnusableKeyException {
      try {
        return Base64.getMimeDecoder().decode(body);
      } catch (IllegalArgumentException e) {
        throw new UnusableKeyException(
            "the block " + type + " is not base64; copy the file again", e);
      }
    }
  }

  private final List<Block> blocks = new ArrayList<>();

  PemFile(byte[] content) {
    Matcher matcher = BLOCK.matcher(new String(content, StandardCharsets.ISO_8859_1));
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
  }

  /**
   * Returns the certificates in the order of the file.
   *
   * @throws UnusableKeyException if there is none, or one is malformed
   */
  List<X509Certificate> certificates() throws UnusableKeyException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks) {
      if (block.type().equals(CERTIFICATE)) {
        certificates.add(certificate(block.der()));
      }
    }
    if (certificates.isEmpty()) {
      throw new UnusableKeyException(
          "it has no complete block -----BEGIN CERTIFICATE-----; "
              + (isPem()
                  ? "name the file with the certificate chain"
                  : "convert it with: openssl x509 -inform der -out certificate.pem"));
    }
    return certificates;
  }

  private boolean isPem() {
    return !blocks.isEmpty();
  }

  private static X509Certificate certificate(byte[] der) throws UnusableKeyException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new UnusableKeyException("a certificate is malformed; copy the file again", e);
    }
  }

  /**
   * Returns the private key.
   *
   * @param password the password of an encrypted key; null if there is none
   * @throws UnusableKeyException if there is none, or it cannot be read
   */
  PrivateKey privateKey(@Nullable String password) throws UnusableKeyException {
    for (Block block : blocks) {
      if (block.type().endsWith(KEY_SUFFIX)) {
        if (block.body().contains("DEK-Info")) {
          throw new UnusableKeyException(
              "the key is encrypted in a format of old openssl versions; convert it with: openssl"
                  + " pkcs8 -topk8 -v2 aes256 -in old.pem -out key.pem");
        }
        return PrivateKeys.read(block.type(), block.der(), password);
      }
    }
    throw new UnusableKeyException(
        "it has no complete block -----BEGIN PRIVATE KEY-----; name the file with the key");
  }
}
