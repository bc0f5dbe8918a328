package io.greenlang.metrics.netty.internal.tls;

import io.greenlang.metrics.websocket.transport.TlsSettings;
import java.io.IOException;

/** The place of a certificate and its key, which is read again and again. Immutable. */
interface IdentitySource {

  /** The content at one time. Two of them are equal if they have the same certificate and key. */
  interface Content {

    /**
     * Returns the identity.
     *
     * @throws IOException if the content is malformed, or the key does not belong to the
     *     certificate
     */
    Identity identity() throws IOException;
  }

  /** Returns the source of the settings. */
  static IdentitySource of(TlsSettings.Source source) {
    return source instanceof TlsSettings.Supplied supplied
        ? new SuppliedIdentity(supplied)
        : new IdentityFiles(source);
  }

  /**
   * Reads the certificate and the key.
   *
   * @throws IOException if one cannot be read; the message has the reason and the remedy
   */
  Content read() throws IOException;
}
