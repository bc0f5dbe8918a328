package io.greenlang.metrics.testkit.transport.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Contract: a trusted proxy, and no other peer, names the client of a request. The test is the
 * proxy, on a loopback address. A container without servlets knows no peer, and trusts none.
 */
public interface ForwardedAddressContract extends ContractPart {

  /** The addresses from which tests connect. */
  List<String> LOOPBACK = List.of("127.0.0.0/8", "::1");

  /** Matches a client id without an address of a header. */
  String WITHOUT_TEST_ADDRESS = "(?!.*(unknown|198\\.|203\\.|192\\.|2001:db8)).+";

  @Test
  default void connect_throughTrustedProxy_hasAddressOfClient() {
    fixture().serve(builder -> builder.allowAnonymous().trustedProxies(LOOPBACK));
    assertThat(clientId("X-Forwarded-For: 198.51.100.1, 203.0.113.7"))
        .matches(knowsPeer() ? "203\\.0\\.113\\.7:[1-9]\\d*" : WITHOUT_TEST_ADDRESS);
    assertThat(clientId("X-Forwarded-For: unknown")).matches(WITHOUT_TEST_ADDRESS);
  }

  @Test
  default void connect_throughProxyWithStandardHeader_hasAddressOfClient() {
    fixture()
        .serve(
            builder ->
                builder.allowAnonymous().trustedProxies(LOOPBACK).forwardedHeader("Forwarded"));
    String id =
        clientId("Forwarded: for=\"[2001:db8::1]:4711\";proto=https", "X-Forwarded-For: 192.0.2.1");
    assertThat(id).matches(knowsPeer() ? "\\[2001:db8:0:0:0:0:0:1]:4711" : WITHOUT_TEST_ADDRESS);
  }

  @Test
  default void connect_headerOfPeerThatIsNotTrusted_isIgnored() {
    fixture().serve(builder -> builder.allowAnonymous().trustedProxies(List.of("10.0.0.0/8")));
    assertThat(clientId("X-Forwarded-For: 203.0.113.7")).matches(WITHOUT_TEST_ADDRESS);
  }

  @Test
  default void connect_overLimitOfForwardedAddress_isRejectedForThatAddressOnly() {
    fixture()
        .serve(
            builder ->
                builder.allowAnonymous().trustedProxies(LOOPBACK).maxConnectionsPerMinute(1));
    assertThat(outcome("203.0.113.1")).isEqualTo("welcome");
    assertThat(outcome("203.0.113.2")).isEqualTo("welcome");
    assertThat(outcome("203.0.113.1")).isEqualTo(knowsPeer() ? "429" : "welcome");
  }

  @Test
  default void connect_refusedThroughTrustedProxy_isLoggedWithAddressOfClient() {
    fixture().serve(builder -> builder.jwtSecret(ContractTokens.SECRET).trustedProxies(LOOPBACK));
    String log =
        ConnectionLog.capture(
            () ->
                assertThat(
                        fixture()
                            .closeAfterTest(
                                RawWebSocket.open(
                                    fixture().url("token=x"), "X-Forwarded-For: 203.0.113.7"))
                            .nextMessage()
                            .text("code"))
                    .isEqualTo("UNAUTHORIZED"));
    String client = knowsPeer() ? "203.0.113.7" : "an unknown address";
    assertThat(log).contains("Refused the token of " + client + ": the token is not");
  }

  private boolean knowsPeer() {
    return fixture().expectedOutcome("a connection over the per-minute limit", "429").equals("429");
  }

  private String clientId(String... headers) {
    RawWebSocket client = RawWebSocket.open(fixture().server().url(), headers);
    return fixture().closeAfterTest(client).nextMessage().text("client_id");
  }

  private String outcome(String forwardedFor) {
    RawWebSocket client = fixture().connectTcp();
    return ConnectionOutcome.handshakeOutcome(
        client, client.handshake("X-Forwarded-For: " + forwardedFor));
  }
}
