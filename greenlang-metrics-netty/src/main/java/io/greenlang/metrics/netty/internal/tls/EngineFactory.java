package io.greenlang.metrics.netty.internal.tls;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;

/**
 * A factory of the JDK's TLS engines with one identity. A new identity needs a new factory, so that
 * no client resumes a session of the previous one. Thread-safe.
 */
final class EngineFactory {

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /**
   * The suites with forward secrecy and authenticated encryption, after RFC 9325, section 4.2.
   * AES-128 is first: it costs the server least, and no attack comes near it.
   */
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /** The sessions of clients without tickets; the others keep theirs themselves. */
  private static final int MAX_SESSIONS = 1024;

  private static final int SESSION_SECONDS = 3600;

  private final SSLContext context;
  private final String[] ciphers;

  EngineFactory(Identity identity) {
    try {
      context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {new IdentityKeyManager(identity)},
          new TrustManager[0], // clients have no certificates
          new SecureRandom());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
    SSLSessionContext sessions = context.getServerSessionContext();
    sessions.setSessionCacheSize(MAX_SESSIONS);
    sessions.setSessionTimeout(SESSION_SECONDS);
    List<String> supported = Arrays.asList(context.getSupportedSSLParameters().getCipherSuites());
    ciphers = CIPHERS.stream().filter(supported::contains).toArray(String[]::new);
  }

  /** Returns a new engine for one connection of a client. */
  SSLEngine newEngine() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setCipherSuites(ciphers);
    parameters.setUseCipherSuitesOrder(true);
    engine.setSSLParameters(parameters);
    return engine;
  }
}
