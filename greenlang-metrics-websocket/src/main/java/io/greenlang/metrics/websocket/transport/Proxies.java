package io.greenlang.metrics.websocket.transport;

import java.util.List;
import java.util.function.Function;

/**
 * The proxies that a server trusts to name its clients, as its transports see them. Thread-safe.
 */
public interface Proxies {

  /** No proxies: the client of each request is the peer of its connection. */
  Proxies NONE =
      new Proxies() {
        @Override
        public boolean proxyProtocol() {
          return false;
        }

        @Override
        public boolean trusts(String address) {
          return false;
        }

        @Override
        public ClientAddress client(
            ClientAddress peer, Function<String, List<String>> headerValues) {
          return peer;
        }
      };

  /**
   * Returns whether each connection to the server's own port begins with a header of the PROXY
   * protocol, which names the peer. Then only trusted proxies can connect.
   */
  boolean proxyProtocol();

  /**
   * Returns whether an address is that of a trusted proxy.
   *
   * @param address a numeric address
   */
  boolean trusts(String address);

  /**
   * Returns the client of a request: the last address, from the peer backwards through the
   * request's headers, that is not that of a trusted proxy. A header of a peer that is not trusted
   * is ignored.
   *
   * @param peer the peer of the connection
   * @param headerValues returns the values of a header, in the order of the request
   */
  ClientAddress client(ClientAddress peer, Function<String, List<String>> headerValues);
}
