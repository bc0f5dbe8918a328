package io.greenlang.metrics.testkit.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.EventStreamClient;
import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ControlClient;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hostile requests for server-sent events, with a witness that misses nothing. */
public interface SseHostileContract extends ContractPart {

  private static List<String> hostileQueries() {
    String channel = "channels=" + TransportFixture.CHANNEL;
    return List.of(
        "",
        "?",
        "?&&&=&=",
        "?channels",
        "?channels=%00",
        "?channels=%ff%fe",
        "?channels=%",
        "?channels=" + "a,".repeat(2_000),
        "?" + "channels=a&".repeat(500),
        "?" + channel + "&last_event_id=" + "~".repeat(3_000),
        "?" + channel + "&last_event_id=AAAAAAAA.999999999999999999s999999999.x",
        "?" + channel + "&last_event_id=AAAAAAAA.99999999999999999999.x",
        "?" + channel + "&last_event_id=AAAAAAAA.1..%2e%2e",
        "?" + channel + "&tags=" + "k:v,".repeat(1_000),
        "?" + channel + "&quantiles=NaN,Infinity,1e999",
        "?" + channel + "&since=" + "9".repeat(200),
        "?" + channel + "&metrics=" + "%5C".repeat(1_000),
        "?" + channel + "&token=" + "x".repeat(9_000),
        "?" + channel + "&x=" + "y".repeat(20_000));
  }

  @Test
  default void hostileQueries_neverFailServerOrWitness() {
    fixture().serve();
    ControlClient witness =
        fixture().closeAfterTest(new ControlClient(fixture(), fixture().connectRaw()));
    String path = fixture().eventsUrl("x").getRawPath();
    for (String query : hostileQueries()) {
      RawHttpConnection.Response response = fixture().connectTcp().request("GET " + path + query);
      assertThat(response.status())
          .as(query.substring(0, Math.min(60, query.length())))
          .isNotEqualTo(500);
      witness.awaitMore(1);
    }
  }

  @Test
  default void hostilePeers_neverAffectWitnessOrLeak() {
    fixture().serve();
    ControlClient witness =
        fixture().closeAfterTest(new ControlClient(fixture(), fixture().connectRaw()));
    String target =
        "GET " + fixture().eventsUrl("x").getRawPath() + "?channels=" + TransportFixture.CHANNEL;
    List<RawWebSocket> peers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RawWebSocket flood = fixture().connectTcp(); // sends requests on its stream
      byte[] head = flood.requestHead(target);
      flood.send(head);
      flood.send("GET / ".repeat(20_000).getBytes(StandardCharsets.US_ASCII));
      RawWebSocket reset = fixture().connectTcp(); // disconnects before the answer
      reset.send(head);
      reset.reset();
      RawWebSocket unread = fixture().connectTcp(); // never reads
      unread.send(head);
      RawWebSocket half = fixture().connectTcp(); // never completes its request
      half.send(Arrays.copyOf(head, head.length - 3));
      peers.addAll(List.of(flood, unread, half));
      witness.awaitMore(1);
    }
    peers.forEach(RawWebSocket::reset);
    witness.awaitMore(100);
    ResourceUsage.await(() -> fixture().server().stats().connectedClients() == 1);
    EventStreamClient client = fixture().connectEventsSubscribed("&metrics=control");
    assertThat(client.next("message").data()).contains("control");
  }
}
