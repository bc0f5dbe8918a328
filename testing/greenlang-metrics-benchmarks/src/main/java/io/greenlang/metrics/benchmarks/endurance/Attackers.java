package io.greenlang.metrics.benchmarks.endurance;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Connections of one attacker, which stay open until it is closed. Confined to one thread. */
final class Attackers implements AutoCloseable {

  private final InetSocketAddress address;
  private final List<RawWebSocket> connections = new ArrayList<>();

  Attackers(InetSocketAddress address) {
    this.address = address;
  }

  /** Returns the URL of a server with a valid token of a subject. */
  static URI url(InetSocketAddress address, String subject) {
    return URI.create(
        "ws://127.0.0.1:%d/ws/metrics?token=%s"
            .formatted(address.getPort(), ContractTokens.ofSubject(subject)));
  }

  /** Opens a TCP connection and sends nothing. */
  RawWebSocket connectOnly() {
    RawWebSocket connection = RawWebSocket.connect(url(address, "attacker"));
    connections.add(connection);
    return connection;
  }

  /**
   * Connects with a token and reads the welcome.
   *
   * @param receiveBuffer the size of the receive buffer in bytes; 0 for the default
   */
  RawWebSocket connect(int receiveBuffer) {
    RawWebSocket connection = RawWebSocket.connect(url(address, "attacker"), receiveBuffer);
    connections.add(connection);
    connection.upgrade();
    connection.nextMessage("welcome");
    return connection;
  }

  /** Disconnects all. */
  @Override
  public void close() {
    connections.forEach(RawWebSocket::close);
  }
}
