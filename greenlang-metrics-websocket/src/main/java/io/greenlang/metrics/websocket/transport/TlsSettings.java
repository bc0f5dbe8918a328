package io.greenlang.metrics.websocket.transport;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The certificate of the server's own port and its private key, in files or supplied by the
 * application. Immutable; {@link #toString} has no password.
 *
 * @param source the files, or the supplier
 * @param reloadInterval the time between two checks for changes
 */
public record TlsSettings(Source source, Duration reloadInterval) {

  /** The time between two checks, unless another is set. */
  public static final Duration DEFAULT_RELOAD_INTERVAL = Duration.ofSeconds(10);

  /** Creates settings; neither part is null. */
  public TlsSettings {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(reloadInterval, "reloadInterval");
  }

  /** The place of a certificate and its key. */
  public sealed interface Source permits Pem, Keystore, Supplied {}

  /**
   * Files in PEM, as certbot and openssl write them. Both may be the same file.
   *
   * @param certificate the certificate chain, the server's certificate first
   * @param key the private key of RSA, EC or Ed25519
   * @param keyPassword the password of the key; null if the key is not encrypted
   */
  public record Pem(Path certificate, Path key, @Nullable String keyPassword) implements Source {

    /** Omits the password. */
    @Override
    public String toString() {
      return "Pem[certificate=" + certificate + ", key=" + key + "]";
    }
  }

  /**
   * A PKCS#12 file with one private key and its certificate chain.
   *
   * @param file the file
   * @param password the password of the file and of its key
   */
  public record Keystore(Path file, String password) implements Source {

    /** Omits the password. */
    @Override
    public String toString() {
      return "Keystore[file=" + file + "]";
    }
  }

  /**
   * A certificate that the application supplies.
   *
   * @param name the name in messages, such as {@code the SSL bundle web}
   * @param supplier returns the current certificate and its key. It is called at the start and at
   *     each check, and the next connection has what it returned last
   */
  public record Supplied(String name, Supplier<ServerCertificate> supplier) implements Source {

    /** Has only the name. */
    @Override
    public String toString() {
      return "Supplied[name=" + name + "]";
    }
  }

  /**
   * A certificate and its private key. Two of them are equal if their keys and certificates are.
   *
   * @param key the private key of RSA, EC or Ed25519
   * @param chain the certificate chain, the server's certificate first
   */
  public record ServerCertificate(PrivateKey key, List<X509Certificate> chain) {

    /** Creates a certificate with at least one element in its chain. */
    public ServerCertificate {
      Objects.requireNonNull(key, "key");
      chain = List.copyOf(chain);
      if (chain.isEmpty()) {
        throw new IllegalArgumentException(
            "the certificate chain of a server is empty; it must begin with its certificate");
      }
    }

    /** Omits the key. */
    @Override
    public String toString() {
      return "ServerCertificate[" + chain.get(0).getSubjectX500Principal().getName() + "]";
    }
  }

  /** Returns the settings of a certificate that the application supplies; see {@link Supplied}. */
  public static TlsSettings supplied(String name, Supplier<ServerCertificate> supplier) {
    return new TlsSettings(new Supplied(name, supplier), DEFAULT_RELOAD_INTERVAL);
  }

  /** Returns the settings of a certificate chain and its key in PEM files. */
  public static TlsSettings pem(Path certificate, Path key) {
    return new TlsSettings(new Pem(certificate, key, null), DEFAULT_RELOAD_INTERVAL);
  }

  /** Returns the settings of a certificate chain and its encrypted key in PEM files. */
  public static TlsSettings pem(Path certificate, Path key, String keyPassword) {
    return new TlsSettings(new Pem(certificate, key, keyPassword), DEFAULT_RELOAD_INTERVAL);
  }

  /** Returns the settings of a PKCS#12 file with its password. */
  public static TlsSettings keystore(Path file, String password) {
    return new TlsSettings(new Keystore(file, password), DEFAULT_RELOAD_INTERVAL);
  }

  /**
   * Returns these settings with another time between two checks of the files.
   *
   * @throws IllegalArgumentException if it is less than one second or more than one day
   */
  public TlsSettings reloadEvery(Duration interval) {
    if (interval.compareTo(Duration.ofSeconds(1)) < 0
        || interval.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "the reload interval of TLS is " + interval + "; it must be from 1 s to 1 day");
    }
    return new TlsSettings(source, interval);
  }
}
