package io.greenlang.metrics.websocket.internal.forwarding;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.transport.ClientAddress;
import io.greenlang.metrics.websocket.transport.Proxies;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The proxies in configured ranges of addresses. Only one header counts, because a proxy passes on
 * those that it does not know: a client could name any address in the other one. Thread-safe.
 */
public final class TrustedProxies implements Proxies {

  private static final ThrottledLog log =
      new ThrottledLog(LoggerFactory.getLogger(TrustedProxies.class));

  /** The proxies that a request can pass: more of them are a loop. */
  private static final int MAX_PROXIES = 32;

  private static final int MAX_LOGGED = 64;

  private final List<AddressRange> ranges;
  private final ForwardedHeader header;
  private final boolean proxyProtocol;

  private TrustedProxies(List<AddressRange> ranges, ForwardedHeader header, boolean proxyProtocol) {
    this.ranges = ranges;
    this.header = header;
    this.proxyProtocol = proxyProtocol;
  }

  /** Returns whether {@link #of} accepts a text: an address, or a range such as 10.0.0.0/8. */
  public static boolean isRange(String text) {
    return AddressRange.parse(text) != null;
  }

  /**
   * Returns the proxies of ranges.
   *
   * @param ranges addresses and ranges, each accepted by {@link #isRange}
   * @param header the header in which they name the client
   * @param proxyProtocol whether they begin each connection with a header of the PROXY protocol
   */
  public static TrustedProxies of(
      List<String> ranges, ForwardedHeader header, boolean proxyProtocol) {
    return new TrustedProxies(
        ranges.stream().map(AddressRange::parse).toList(), header, proxyProtocol);
  }

  @Override
  public boolean proxyProtocol() {
    return proxyProtocol;
  }

  @Override
  public boolean trusts(String address) {
    if (ranges.isEmpty()) {
      return false;
    }
    int zone = address.indexOf('%');
    InetAddress parsed = NumericAddress.parse(zone < 0 ? address : address.substring(0, zone));
    return parsed != null && ranges.stream().anyMatch(range -> range.contains(parsed));
  }

  @Override
  public ClientAddress client(ClientAddress peer, Function<String, List<String>> headerValues) {
    if (!trusts(peer.address())) {
      return peer;
    }
    ForwardedElements elements = new ForwardedElements(headerValues.apply(header.fieldName()));
    ClientAddress client = peer;
    for (int i = 0; i < MAX_PROXIES && trusts(client.address()); i++) {
      ClientAddress previous = previous(elements, client, peer.port());
      if (previous == null) {
        return client;
      }
      client = previous;
    }
    return client;
  }

  /** Returns the node that a proxy received the request from; null if it does not name one. */
  private @Nullable ClientAddress previous(
      ForwardedElements elements, ClientAddress proxy, int defaultPort) {
    String element = elements.previous();
    if (element == null) {
      return null;
    }
    ForwardedNode node = header.node(element);
    if (node == null) {
      log.warn(
          "Failed to read {} of the proxy {}: \"{}\" names no address; using the proxy's address",
          header.fieldName(),
          proxy.address(),
          printable(element));
      return null;
    }
    return node.address() == null
        ? null
        : new ClientAddress(
            node.address().getHostAddress(), node.port() == 0 ? defaultPort : node.port());
  }

  private static String printable(String element) {
    String cut = element.length() > MAX_LOGGED ? element.substring(0, MAX_LOGGED) : element;
    return cut.replaceAll("[^ -~]", "?");
  }
}
