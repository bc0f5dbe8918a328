package io.greenlang.metrics.client;

import static io.greenlang.metrics.client.fixture.ClientFixture.CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.client.fixture.ClientFixture;
import io.greenlang.metrics.client.fixture.FaultProxy;
import io.greenlang.metrics.client.fixture.Recorder;
import io.greenlang.metrics.client.model.ConnectionState;
import io.greenlang.metrics.client.model.Gap;
import io.greenlang.metrics.client.model.MetricSubscription;
import io.greenlang.metrics.testkit.tls.ClientContexts;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import java.net.http.HttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections with TLS to a server whose certificate only the application trusts. */
@Timeout(120)
class SecureConnectionTest {

  private final ClientFixture fixture = new ClientFixture();
  private final TestCertificate certificate = TestCertificate.create();

  @BeforeEach
  void serve() {
    fixture.serve(builder -> builder.allowAnonymous().tls(certificate.pemFiles()));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static String url(int port) {
    return ClientFixture.url(port).replaceFirst("^ws:", "wss:");
  }

  private MetricsClientBuilder trustingClient(int port) {
    HttpClient http =
        HttpClient.newBuilder()
            .sslContext(ClientContexts.trusting(certificate.certificate()))
            .build();
    return fixture.client(url(port)).httpClient(http);
  }

  @Test
  void connect_trustedCertificate_resumesAfterCuts() {
    FaultProxy proxy = fixture.proxy();
    Recorder client =
        fixture.subscribe(trustingClient(proxy.port()), MetricSubscription.of(CHANNEL));
    for (int cut = 1; cut <= 5; cut++) {
      fixture.publish("n", 2 * cut - 1);
      client.awaitMetrics(2 * cut - 1);
      proxy.cut();
      fixture.publish("n", 2 * cut);
      client.awaitReconnects(cut);
      client.awaitMetrics(2 * cut);
    }
    assertThat(client.values("n")).isSorted().doesNotHaveDuplicates().hasSize(10);
    assertThat(client.gaps()).hasSize(5).containsOnly(Gap.afterReconnect(CHANNEL, true));
  }

  @Test
  void connect_unknownCertificate_isReportedWithItsReason() {
    FaultProxy proxy = fixture.proxy();
    Recorder client = fixture.record(fixture.client(url(proxy.port())).maxAttempts(0));
    client.client().connect();
    client.awaitState(ConnectionState.FAILED);
    client.await(() -> !client.errors().isEmpty(), "the error");
    assertThat(client.errors().get(0)).hasMessageContaining("certif");
    assertThat(client.client().stats().frames()).isZero();
  }
}
