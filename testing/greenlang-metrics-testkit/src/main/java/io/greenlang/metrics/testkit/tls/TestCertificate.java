package io.greenlang.metrics.testkit.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.greenlang.metrics.websocket.transport.TlsSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * A certificate for {@code localhost} and the loopback addresses, with its private key. It is
 * signed by itself or by another one. Immutable.
 */
public final class TestCertificate {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final int UTC_TIME = 0x17;
  private static final int VERSION = 0xa0;
  private static final int EXTENSIONS = 0xa3;
  private static final int DNS_NAME = 0x82;
  private static final int IP_ADDRESS = 0x87;
  private static final int SERIAL_BITS = 62;
  private static final byte[] TRUE = {1, 1, (byte) 0xff};

  private final KeyPair keys;
  private final List<X509Certificate> chain;

  private TestCertificate(KeyPair keys, List<X509Certificate> chain) {
    this.keys = keys;
    this.chain = chain;
  }

  /** Creates a certificate of an EC key, signed by itself and valid from yesterday to tomorrow. */
  public static TestCertificate create() {
    return create("EC");
  }

  /**
   * Creates a certificate that is signed by itself and valid from yesterday to tomorrow.
   *
   * @param algorithm the algorithm of its key: RSA, EC or Ed25519
   */
  public static TestCertificate create(String algorithm) {
    return create(algorithm, Instant.now().plus(Duration.ofDays(1)), null);
  }

  /** Creates a certificate that has expired. */
  public static TestCertificate expired(Instant notAfter) {
    return create("EC", notAfter, null);
  }

  /** Creates a certificate of an EC key that this one signs, with the chain of both. */
  public TestCertificate issue() {
    return create("EC", Instant.now().plus(Duration.ofDays(1)), this);
  }

  private static TestCertificate create(
      String algorithm, Instant notAfter, @Nullable TestCertificate issuer) {
    try {
      KeyPair keys = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
      String name = "CN=localhost,OU=" + Long.toHexString(new SecureRandom().nextLong());
      X500Principal subject = new X500Principal(name);
      PrivateKey signer = issuer == null ? keys.getPrivate() : issuer.key();
      X500Principal issuerName =
          issuer == null ? subject : issuer.certificate().getSubjectX500Principal();
      byte[] unsigned = unsigned(keys, subject, issuerName, signer, notAfter);
      Signature signature = Signature.getInstance(signatureName(signer));
      signature.initSign(signer);
      signature.update(unsigned);
      byte[] der =
          Der.sequence(unsigned, signatureAlgorithm(signer), Der.bitString(signature.sign()));
      List<X509Certificate> chain = new ArrayList<>();
      chain.add(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der)));
      if (issuer != null) {
        chain.addAll(issuer.chain);
      }
      return new TestCertificate(keys, List.copyOf(chain));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  private static byte[] unsigned(
      KeyPair keys,
      X500Principal subject,
      X500Principal issuer,
      PrivateKey signer,
      Instant notAfter) {
    Instant notBefore = notAfter.minus(Duration.ofDays(2));
    return Der.sequence(
        Der.element(VERSION, Der.integer(BigInteger.TWO)),
        Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom())),
        signatureAlgorithm(signer),
        issuer.getEncoded(),
        Der.sequence(time(notBefore), time(notAfter)),
        subject.getEncoded(),
        keys.getPublic().getEncoded(),
        Der.element(EXTENSIONS, Der.sequence(alternativeNames(), certificateAuthority())));
  }

  private static byte[] time(Instant time) {
    return Der.element(UTC_TIME, TIME.format(time).getBytes(US_ASCII));
  }

  private static byte[] alternativeNames() {
    byte[] ipv6 = new byte[16];
    ipv6[15] = 1;
    return Der.sequence(
        Der.objectIdentifier("2.5.29.17"),
        Der.octetString(
            Der.sequence(
                Der.element(DNS_NAME, "localhost".getBytes(US_ASCII)),
                Der.element(IP_ADDRESS, new byte[] {127, 0, 0, 1}),
                Der.element(IP_ADDRESS, ipv6))));
  }

  /** Allows each test certificate to sign others. */
  private static byte[] certificateAuthority() {
    return Der.sequence(
        Der.objectIdentifier("2.5.29.19"), TRUE, Der.octetString(Der.sequence(TRUE)));
  }

  private static String signatureName(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> "Ed25519";
    };
  }

  private static byte[] signatureAlgorithm(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> Der.sequence(Der.objectIdentifier("1.2.840.113549.1.1.11"), new byte[] {5, 0});
      case "EC" -> Der.sequence(Der.objectIdentifier("1.2.840.10045.4.3.2"));
      default -> Der.sequence(Der.objectIdentifier("1.3.101.112"));
    };
  }

  /** Returns the certificate. */
  public X509Certificate certificate() {
    return chain.get(0);
  }

  /** Returns the certificate and those of its issuers. */
  public List<X509Certificate> chain() {
    return chain;
  }

  /** Returns the private key. */
  public PrivateKey key() {
    return keys.getPrivate();
  }

  /** Returns the certificate chain in PEM. */
  public String certificatePem() {
    StringBuilder pem = new StringBuilder();
    try {
      for (X509Certificate each : chain) {
        pem.append(pem("CERTIFICATE", each.getEncoded()));
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the certificate was parsed", e);
    }
    return pem.toString();
  }

  /** Returns the private key in PEM, as PKCS#8. */
  public String keyPem() {
    return pem("PRIVATE KEY", key().getEncoded());
  }

  private static String pem(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }

  /** Writes the chain to {@code cert.pem} and the key to {@code key.pem} of a folder. */
  public TestCertificate writePem(Path folder) {
    try {
      Files.writeString(folder.resolve("cert.pem"), certificatePem());
      Files.writeString(folder.resolve("key.pem"), keyPem());
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes both files of {@link #writePem} to a new temporary folder and returns their settings.
   * The folder is deleted when the JVM ends.
   */
  public TlsSettings pemFiles() {
    try {
      Path folder = Files.createTempDirectory("tls");
      writePem(folder);
      Path certificates = folder.resolve("cert.pem");
      Path key = folder.resolve("key.pem");
      for (Path each : List.of(folder, certificates, key)) {
        each.toFile().deleteOnExit(); // the last one is deleted first
      }
      return TlsSettings.pem(certificates, key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a PKCS#12 file with the key and its chain. */
  public void writeKeystore(Path file, String password) {
    write(file, password, true);
  }

  /** Writes a PKCS#12 file that trusts this certificate. */
  public void writeTrustStore(Path file, String password) {
    write(file, password, false);
  }

  private void write(Path file, String password, boolean withKey) {
    try (OutputStream output = Files.newOutputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      if (withKey) {
        store.setKeyEntry(
            "server", key(), password.toCharArray(), chain.toArray(new Certificate[0]));
      } else {
        store.setCertificateEntry("ca", certificate());
      }
      store.store(output, password.toCharArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PKCS#12", e);
    }
  }
}
