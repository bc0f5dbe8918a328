package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.websocket.transport.ClientAddress;
import io.greenlang.metrics.websocket.transport.HandshakeLimits;
import io.greenlang.metrics.websocket.transport.Proxies;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The order in which connections are closed that are not WebSockets yet. */
final class PendingConnectionsTest {

  private final AtomicInteger closedByLimit = new AtomicInteger();

  /** A connection from a given address. */
  private static final class Peer extends EmbeddedChannel {

    private final InetSocketAddress address;

    Peer(String address) {
      this.address = new InetSocketAddress(address, 1000);
    }

    @Override
    protected SocketAddress remoteAddress0() {
      return address;
    }
  }

  /** Trusts 192.0.2.1. */
  private static final class OneProxy implements Proxies {

    @Override
    public boolean proxyProtocol() {
      return false;
    }

    @Override
    public boolean trusts(String address) {
      return address.equals("192.0.2.1");
    }

    @Override
    public ClientAddress client(ClientAddress peer, Function<String, List<String>> headerValues) {
      return peer;
    }
  }

  private PendingConnections connections(int max, int maxPerAddress, long maxBytes) {
    return new PendingConnections(
        new HandshakeLimits(max, maxPerAddress, 100, 16_384),
        Proxies.NONE,
        maxBytes,
        closedByLimit::incrementAndGet);
  }

  private static List<Peer> addAll(PendingConnections pending, String... addresses) {
    List<Peer> peers = new ArrayList<>();
    for (String address : addresses) {
      Peer peer = new Peer(address);
      pending.add(peer);
      peers.add(peer);
    }
    return peers;
  }

  private static List<Boolean> open(List<Peer> peers) {
    return peers.stream().map(Peer::isOpen).toList();
  }

  @Test
  void add_overTotal_closesOldest() {
    PendingConnections pending = connections(2, 2, 1000);
    List<Peer> peers = addAll(pending, "192.0.2.1", "192.0.2.2", "192.0.2.3");
    assertThat(open(peers)).containsExactly(false, true, true);
    assertThat(pending.size()).isEqualTo(2);
    assertThat(closedByLimit).hasValue(1);
  }

  @Test
  void setAddress_overLimitOfAddress_closesOldestOfThatAddress() {
    PendingConnections pending =
        new PendingConnections(
            new HandshakeLimits(10, 2, 100, 16_384),
            new OneProxy(),
            1000,
            closedByLimit::incrementAndGet);
    List<Peer> peers = new ArrayList<>();
    List<PendingConnections.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Peer peer = new Peer("192.0.2.1");
      peers.add(peer);
      entries.add(pending.add(peer));
    }
    assertThat(open(peers)).as("of a trusted proxy").doesNotContain(false);

    entries.get(0).setAddress("203.0.113.9");
    for (int i = 1; i < 5; i++) {
      entries.get(i).setAddress("203.0.113.7");
    }
    assertThat(open(peers)).containsExactly(true, false, false, true, true);
    assertThat(closedByLimit).hasValue(2);
  }

  @Test
  void add_overLimitOfAddress_closesOldestOfThatAddress() {
    PendingConnections pending = connections(10, 2, 1000);
    List<Peer> peers = addAll(pending, "192.0.2.9", "192.0.2.1", "192.0.2.1", "192.0.2.1");
    assertThat(open(peers)).containsExactly(true, false, true, true);
  }

  @Test
  void add_ipv6AddressesOfOneNetwork_shareLimit() {
    PendingConnections pending = connections(10, 1, 1000);
    List<Peer> peers = addAll(pending, "2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:1::2");
    assertThat(open(peers)).containsExactly(false, true, true);
  }

  @Test
  void add_someWaitForServer_closesThoseThatWaitForClientFirst() {
    PendingConnections pending = connections(2, 2, 1000);
    Peer queued = new Peer("192.0.2.1");
    PendingConnections.Entry entry = pending.add(queued);
    entry.setWaitingForServer(true);
    List<Peer> idle = addAll(pending, "192.0.2.2", "192.0.2.3");
    assertThat(queued.isOpen()).isTrue();
    assertThat(open(idle)).containsExactly(false, true);
    entry.setWaitingForServer(false);
    List<Peer> more = addAll(pending, "192.0.2.4");
    assertThat(open(idle))
        .as("waits longer than the one that was served")
        .containsExactly(false, false);
    assertThat(queued.isOpen()).isTrue();
    assertThat(open(more)).containsExactly(true);
  }

  /** Otherwise no client could connect while the server is busy. */
  @Test
  void add_allOthersWaitForServer_sparesNewConnection() {
    PendingConnections pending = connections(1, 1, 1000);
    Peer queued = new Peer("192.0.2.1");
    pending.add(queued).setWaitingForServer(true);
    List<Peer> peers = addAll(pending, "192.0.2.2");
    assertThat(queued.isOpen()).isFalse();
    assertThat(open(peers)).containsExactly(true);
  }

  @Test
  void resize_overBytes_closesOldestUntilRestFits() {
    PendingConnections pending = connections(10, 10, 100);
    List<Peer> peers = new ArrayList<>();
    List<PendingConnections.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Peer peer = new Peer("192.0.2." + i);
      peers.add(peer);
      entries.add(pending.add(peer));
      entries.get(i).resize(30);
    }
    assertThat(open(peers)).containsExactly(false, true, true, true);
    assertThat(pending.bytes()).isEqualTo(90);
    entries.get(3).resize(100);
    assertThat(open(peers)).containsExactly(false, false, false, true);
    assertThat(pending.bytes()).isEqualTo(100);
    entries.get(3).resize(0);
    assertThat(pending.bytes()).isZero();
  }

  @Test
  void remove_anyNumberOfTimes_releasesOnce() {
    PendingConnections pending = connections(10, 10, 100);
    PendingConnections.Entry entry = pending.add(new Peer("192.0.2.1"));
    entry.resize(60);
    entry.remove();
    entry.remove();
    entry.resize(60);
    entry.setWaitingForServer(true);
    assertThat(pending.size()).isZero();
    assertThat(pending.bytes()).isZero();
    assertThat(closedByLimit).hasValue(0);
  }

  @Test
  void closeOldestQuarter_fiveConnections_closesTwo() {
    PendingConnections pending = connections(10, 10, 100);
    List<Peer> peers = addAll(pending, "192.0.2.1", "192.0.2.2", "192.0.2.1", "::1", "192.0.2.1");
    assertThat(pending.closeOldestQuarter()).isEqualTo(2);
    assertThat(open(peers)).containsExactly(false, false, true, true, true);
    assertThat(connections(1, 1, 1).closeOldestQuarter()).isZero();
  }
}
