package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.spring.boot.MetricsConfigurationException;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The files of a certificate, from the properties {@code greenlang.metrics.tls.*}. */
final class TlsFiles {

  private TlsFiles() {}

  /**
   * Returns the settings; null if no property names a certificate.
   *
   * @throws MetricsConfigurationException if the properties are incomplete or contradictory
   */
  static @Nullable TlsSettings of(GreenlangMetricsProperties.Tls tls) {
    boolean pem = tls.certificate() != null || tls.key() != null || tls.keyPassword() != null;
    boolean keystore = tls.keystore() != null || tls.keystorePassword() != null;
    if (pem && keystore) {
      throw new MetricsConfigurationException(
          "The metrics server has PEM files and a keystore for TLS.",
          "Remove greenlang.metrics.tls.keystore and its password, or the other properties.");
    }
    if (keystore) {
      return TlsSettings.keystore(
          required(tls.keystore(), "keystore"),
          required(tls.keystorePassword(), "keystore-password"));
    }
    return pem ? pem(tls) : null;
  }

  private static TlsSettings pem(GreenlangMetricsProperties.Tls tls) {
    Path certificate = required(tls.certificate(), "certificate");
    Path key = required(tls.key(), "key");
    String password = tls.keyPassword();
    return password == null
        ? TlsSettings.pem(certificate, key)
        : TlsSettings.pem(certificate, key, password);
  }

  private static <T> T required(@Nullable T value, String property) {
    if (value == null) {
      throw new MetricsConfigurationException(
          "TLS of the metrics server is incomplete: greenlang.metrics.tls."
              + property
              + " is not set.",
          "Set greenlang.metrics.tls." + property + ".");
    }
    return value;
  }
}
