package io.greenlang.metrics.netty.internal.tls;

import io.greenlang.metrics.websocket.transport.TlsSettings;
import io.greenlang.metrics.websocket.transport.TlsSettings.ServerCertificate;
import java.io.IOException;
import java.util.Objects;

/**
 * A certificate that the application supplies.
 *
 * @param source the supplier, with its name
 */
record SuppliedIdentity(TlsSettings.Supplied source) implements IdentitySource {

  /**
   * A supplied certificate.
   *
   * @param name the name of the supplier
   * @param certificate the certificate and its key
   */
  private record SuppliedContent(String name, ServerCertificate certificate) implements Content {

    @Override
    public Identity identity() throws IOException {
      try {
        return Identity.of(certificate.key(), certificate.chain());
      } catch (UnusableKeyException e) {
        throw problem(name, e);
      }
    }
  }

  @Override
  public Content read() throws IOException {
    try {
      ServerCertificate current =
          Objects.requireNonNull(source.supplier().get(), "its supplier returned null");
      return new SuppliedContent(source.name(), current);
    } catch (RuntimeException e) { // the application's
      throw problem(source.name(), e);
    }
  }

  private static UnusableKeyException problem(String name, Exception cause) {
    return new UnusableKeyException(
        "cannot use the TLS certificate of " + name + ": " + cause.getMessage(), cause);
  }
}
