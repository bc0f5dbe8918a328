package io.greenlang.metrics.client;

import static io.greenlang.metrics.client.fixture.ClientFixture.CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.client.fixture.ClientFixture;
import io.greenlang.metrics.client.fixture.Recorder;
import io.greenlang.metrics.client.model.ConnectionState;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.MetricSubscription;
import io.greenlang.metrics.client.model.MetricsClientException;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens: rejection, suppliers, and replacement before expiry. */
@Timeout(120)
class TokenTest {

  private static final String FORGED = ContractTokens.unsigned("none") + "AAAA";

  private final ClientFixture fixture = new ClientFixture();
  private final ManualClock clock = new ManualClock(Instant.now());

  @AfterEach
  void close() {
    fixture.close();
  }

  private void serveWithTokens() {
    fixture.useHub(MetricsHub.builder().clock(clock).build());
    fixture.serve(
        builder -> builder.jwtSecret(ContractTokens.SECRET).heartbeatInterval(Duration.ofHours(1)));
  }

  private static Callable<String> supplierOf(String... tokens) {
    Iterator<String> iterator = List.of(tokens).iterator();
    return iterator::next;
  }

  @Test
  void token_valid_isAccepted() {
    serveWithTokens();
    Recorder client =
        fixture.subscribe(
            fixture.client().token(ContractTokens.valid()), MetricSubscription.of(CHANNEL));
    assertThat(client.client().clientId()).isPresent();
  }

  @Test
  void token_rejected_failsAtOnce() {
    serveWithTokens();
    Recorder client = fixture.record(fixture.client().token(FORGED));
    client.client().connect();
    assertThatThrownBy(() -> client.client().ready().join())
        .cause()
        .isInstanceOf(MetricsClientException.class);
    client.awaitState(ConnectionState.FAILED);
    assertThat(client.states()).containsExactly(ConnectionState.FAILED);
    client.await(() -> !client.errors().isEmpty(), "the error");
    assertThat(client.errors())
        .extracting(MetricsClientException::code)
        .containsExactly(ErrorCode.UNAUTHORIZED);
  }

  @Test
  void token_missing_failsWithCloseCode() {
    serveWithTokens();
    Recorder client = fixture.record(fixture.client());
    client.client().connect();
    client.awaitState(ConnectionState.FAILED);
    MetricsClientException last = client.errors().get(client.errors().size() - 1);
    assertThat(last.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
    assertThat(last.closeCode()).hasValue(4401);
  }

  @Test
  void tokenSupplier_firstTokenRejected_isCalledOnceMore() {
    serveWithTokens();
    Recorder client =
        fixture.record(fixture.client().tokenSupplier(supplierOf(FORGED, ContractTokens.valid())));
    client.client().connect();
    client.client().ready().join();
    client.awaitState(ConnectionState.CONNECTED);
    assertThat(client.states())
        .containsExactly(ConnectionState.RECONNECTING, ConnectionState.CONNECTED);
  }

  @Test
  void tokenSupplier_alwaysRejected_failsAfterTwoCalls() {
    serveWithTokens();
    AtomicInteger calls = new AtomicInteger();
    Recorder client =
        fixture.record(
            fixture
                .client()
                .tokenSupplier(
                    () -> {
                      calls.incrementAndGet();
                      return FORGED;
                    }));
    client.client().connect();
    client.awaitState(ConnectionState.FAILED);
    assertThat(calls).hasValue(2);
  }

  @Test
  void tokenSupplier_throwingOnce_isRetried() {
    serveWithTokens();
    AtomicInteger calls = new AtomicInteger();
    Recorder client =
        fixture.record(
            fixture
                .client()
                .tokenSupplier(
                    () -> {
                      if (calls.getAndIncrement() == 0) {
                        throw new IllegalStateException("on purpose");
                      }
                      return ContractTokens.valid();
                    }));
    client.client().connect();
    client.awaitState(ConnectionState.CONNECTED); // a listener has recorded the events before it
    assertThat(client.errors())
        .extracting(MetricsClientException::code)
        .containsExactly(ErrorCode.TOKEN);
  }

  /** The server would end the connection 30 s after the expiry of the first token. */
  @Test
  void tokenSupplier_tokenExpires_isReplacedBefore() {
    serveWithTokens();
    AtomicInteger calls = new AtomicInteger();
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    Callable<String> tokens =
        supplierOf(
            ContractTokens.expiring(now.plusSeconds(3), ""),
            ContractTokens.expiring(now.plusSeconds(3600), ""));
    Recorder client =
        fixture.subscribe(
            fixture
                .client()
                .tokenSupplier(
                    () -> {
                      String token = tokens.call();
                      calls.incrementAndGet();
                      return token;
                    }),
            MetricSubscription.of(CHANNEL));
    fixture.publish("n", 1);
    client.awaitMetrics(1);
    // The welcome, the confirmation, the metric, and the answer to the new token in any order. A
    // slow machine can request the token before it receives the metric.
    ResourceUsage.await(() -> client.client().stats().frames() >= 4);
    clock.advance(Duration.ofMinutes(1));
    fixture.publish("n", 2);
    client.awaitMetrics(2);
    assertThat(calls).hasValue(2);
    assertThat(client.client().stats().reconnects()).isZero();
    assertThat(client.errors()).isEmpty();
  }

  @Test
  void setToken_open_replacesTheTokenOfTheConnection() {
    serveWithTokens();
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    Recorder client =
        fixture.subscribe(
            fixture.client().token(ContractTokens.expiring(now.plusSeconds(60), "")),
            MetricSubscription.of(CHANNEL));
    client.client().setToken(ContractTokens.expiring(now.plusSeconds(3600), ""));
    // The server handles commands in order, so the token is replaced before this is confirmed.
    client.client().unsubscribe(CHANNEL).join();
    client.client().subscribe(MetricSubscription.of(CHANNEL)).join();
    clock.advance(Duration.ofMinutes(2));
    fixture.publish("n", 1);
    client.awaitMetrics(1);
    assertThat(client.client().stats().reconnects()).isZero();
  }

  @Test
  void setToken_rejected_keepsTheConnection() {
    serveWithTokens();
    Recorder client =
        fixture.subscribe(
            fixture.client().token(ContractTokens.valid()), MetricSubscription.of(CHANNEL));
    client.client().setToken(FORGED);
    client.await(() -> !client.errors().isEmpty(), "the rejection");
    assertThat(client.errors().get(0).code()).isEqualTo(ErrorCode.UNAUTHORIZED);
    fixture.publish("n", 1);
    client.awaitMetrics(1);
  }

  @Test
  void token_withControlCharacter_failsWithoutQuotingIt() {
    serveWithTokens();
    Recorder client = fixture.record(fixture.client().token("secret\nvalue"));
    client.client().connect();
    client.awaitState(ConnectionState.FAILED);
    assertThat(client.errors()).allSatisfy(e -> assertThat(e).message().doesNotContain("secret"));
  }
}
