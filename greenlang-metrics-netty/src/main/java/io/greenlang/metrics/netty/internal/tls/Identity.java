package io.greenlang.metrics.netty.internal.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server's private key and its certificate chain, the server's certificate first. Immutable.
 *
 * @param key the private key, which belongs to the first certificate
 * @param chain the certificates
 */
record Identity(PrivateKey key, List<X509Certificate> chain) {

  private static final byte[] SAMPLE = {1, 2, 3, 4};

  /**
   * Creates an identity.
   *
   * @throws UnusableKeyException if the key does not belong to the first certificate
   */
  static Identity of(PrivateKey key, List<X509Certificate> chain) throws UnusableKeyException {
    if (!belongs(key, chain.get(0))) {
      boolean wrongOrder = chain.stream().anyMatch(certificate -> belongs(key, certificate));
      throw new UnusableKeyException(
          wrongOrder
              ? "the certificate of the key is not the first one; put the server's certificate"
                  + " before those of its issuers"
              : "the key does not belong to the certificate of "
                  + name(chain.get(0))
                  + "; use the key that the certificate was requested with");
    }
    return new Identity(key, List.copyOf(chain));
  }

  private static boolean belongs(PrivateKey key, X509Certificate certificate) {
    String algorithm = signatureAlgorithm(key);
    PublicKey publicKey = certificate.getPublicKey();
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(SAMPLE);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(SAMPLE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) { // keys of two algorithms, or of two lengths
      return false;
    }
  }

  private static String signatureAlgorithm(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA", "RSASSA-PSS" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> key.getAlgorithm();
    };
  }

  private static String name(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }

  /** Returns the name in the server's certificate. */
  String name() {
    return name(chain.get(0));
  }

  /** Returns the end of the validity of the server's certificate. */
  Instant notAfter() {
    return chain.get(0).getNotAfter().toInstant();
  }

  /**
   * Returns why clients will reject the server's certificate at a time, with the remedy; null if it
   * is valid. Such a certificate is served nevertheless: the clock of this host may be wrong.
   */
  @Nullable String invalidity(Instant now) {
    Instant notBefore = chain.get(0).getNotBefore().toInstant();
    if (now.isAfter(notAfter())) {
      return "expired on " + notAfter() + "; renew it";
    }
    return now.isBefore(notBefore)
        ? "is valid only from " + notBefore + "; check the clock of this host"
        : null;
  }
}
