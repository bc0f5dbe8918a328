package io.greenlang.metrics.netty.internal.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A key manager with one identity, which serves one handshake of each connection. Without a key the
 * JDK refuses the renegotiation of TLS 1.2 that a client requests. Each costs the server a
 * signature, and a connection that was admitted once could request any number. Immutable.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {

  private static final String ALIAS = "server";

  /** The cipher suite of an engine before its first handshake. */
  private static final String NO_CIPHER = "SSL_NULL_WITH_NULL_NULL";

  private final Identity identity;

  IdentityKeyManager(Identity identity) {
    this.identity = identity;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    boolean first = engine.getSession().getCipherSuite().equals(NO_CIPHER);
    return first && keyType.equals(identity.key().getAlgorithm()) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null; // connections use engines
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return identity.chain().toArray(new X509Certificate[0]);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return identity.key();
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null; // the server never is a client
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
