package io.greenlang.metrics.spring.boot.internal.tls;

import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.spring.boot.MetricsConfigurationException;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import io.greenlang.metrics.websocket.transport.TlsSettings.ServerCertificate;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** The certificate of a separate port: files, or an SSL bundle of Spring Boot. */
public final class OwnPortCertificate {

  private static final Logger log = LoggerFactory.getLogger(OwnPortCertificate.class);

  private OwnPortCertificate() {}

  /**
   * Returns the certificate of a separate port; null if no property names a certificate.
   *
   * @param bundles the SSL bundles of the application; null if it has none
   * @throws MetricsConfigurationException if the properties are incomplete or contradictory
   */
  public static @Nullable TlsSettings of(
      GreenlangMetricsProperties properties, @Nullable SslBundles bundles) {
    GreenlangMetricsProperties.Tls tls = properties.tls();
    String bundle = properties.ssl().bundle();
    boolean pem = tls.certificate() != null || tls.key() != null || tls.keyPassword() != null;
    boolean keystore = tls.keystore() != null || tls.keystorePassword() != null;
    if (pem && keystore) {
      throw new MetricsConfigurationException(
          "The metrics server has PEM files and a keystore for TLS.",
          "Remove greenlang.metrics.tls.keystore and its password, or the other properties.");
    }
    if (bundle != null) {
      return ofBundle(bundle, pem || keystore, bundles);
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

  private static TlsSettings ofBundle(String name, boolean hasFiles, @Nullable SslBundles bundles) {
    if (hasFiles) {
      throw new MetricsConfigurationException(
          "The metrics server has an SSL bundle and files for TLS.",
          "Remove greenlang.metrics.ssl.bundle, or all properties greenlang.metrics.tls.*.");
    }
    if (bundles == null || !bundles.getBundleNames().contains(name)) {
      throw new MetricsConfigurationException(
          "The SSL bundle '" + name + "' of the metrics server does not exist.",
          "Define it with spring.ssl.bundle.pem."
              + name
              + ".* or spring.ssl.bundle.jks."
              + name
              + ".*, or correct greenlang.metrics.ssl.bundle.");
    }
    // Without a handler, Spring Boot warns that a part of the application cannot reload it.
    bundles.addBundleUpdateHandler(name, updated -> log.debug("SSL bundle {} has changed", name));
    return TlsSettings.supplied(
        "the SSL bundle " + name, () -> certificate(bundles.getBundle(name)));
  }

  /** Returns the certificate of a bundle, as Spring Boot selects it for its own servers. */
  private static ServerCertificate certificate(SslBundle bundle) {
    KeyStore store = bundle.getStores().getKeyStore();
    if (store == null) {
      throw new IllegalStateException(
          "it has no keystore; set its keystore.certificate and keystore.private-key, or its"
              + " keystore.location");
    }
    String password = bundle.getKey().getPassword();
    String usedPassword = password != null ? password : bundle.getStores().getKeyStorePassword();
    try {
      String alias = alias(bundle, store);
      char[] characters = usedPassword == null ? null : usedPassword.toCharArray();
      List<X509Certificate> chain =
          Arrays.stream(store.getCertificateChain(alias)).map(X509Certificate.class::cast).toList();
      return new ServerCertificate((PrivateKey) store.getKey(alias, characters), chain);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "its key cannot be read (" + e.getMessage() + "); correct its key.password", e);
    }
  }

  private static String alias(SslBundle bundle, KeyStore store) throws GeneralSecurityException {
    String alias = bundle.getKey().getAlias();
    if (alias != null) {
      bundle.getKey().assertContainsAlias(store);
      return alias;
    }
    List<String> keys = new ArrayList<>();
    for (String each : Collections.list(store.aliases())) {
      if (store.isKeyEntry(each)) {
        keys.add(each);
      }
    }
    if (keys.size() != 1) {
      throw new IllegalStateException(
          "it has " + keys.size() + " private keys; name one with its key.alias");
    }
    return keys.get(0);
  }
}
