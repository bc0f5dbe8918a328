package io.greenlang.metrics.benchmarks.delivery;

import io.greenlang.metrics.benchmarks.Arguments;
import io.greenlang.metrics.testkit.load.Publisher;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import java.util.List;

/**
 * Measurement of the server's CPU time per delivery, with TLS and without it in turn, for single
 * publications and for bursts of ten.
 */
public final class TlsCost {

  private static final String USAGE =
      """
      TlsCost: compares the CPU time per delivered metric with TLS and without it.

        --clients N         subscribers (500)
        --load NAME         single, bursts or both (both)
        --rounds N          measurements of each kind; the median counts (3)
        --warmup SECONDS    before each measurement (45)
        --seconds SECONDS   of each measurement (15)
        --help

      The server is pinned to core 0. The time of its JIT compiler does not count.
      """;

  private static final String SUBSCRIBE =
      "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"" + Publisher.CHANNEL.name() + "\"]}}";

  private TlsCost() {}

  /** Runs the measurement; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    TlsSettings.Pem files = (TlsSettings.Pem) TestCertificate.create().pemFiles().source();
    List<String> tls =
        List.of("-DTLS_CERTIFICATE=" + files.certificate(), "-DTLS_KEY=" + files.key());
    ClientRequest request = ClientRequest.webSocket(DeliveryCost.PORT, SUBSCRIBE);
    new DeliveryCost(Arguments.parse(USAGE, args))
        .compare(
            new DeliveryCost.Kind("without TLS", false, List.of(), request),
            new DeliveryCost.Kind("with TLS", true, tls, request));
  }
}
