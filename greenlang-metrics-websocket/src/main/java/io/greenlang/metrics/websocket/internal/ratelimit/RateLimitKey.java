package io.greenlang.metrics.websocket.internal.ratelimit;

import io.greenlang.metrics.websocket.internal.forwarding.NumericAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The rate limit key of a client without a name. All addresses of an IPv6 network share one key,
 * because each customer network has 2^64 addresses (RFC 6177).
 */
public final class RateLimitKey {

  private static final int NETWORK_BYTES = 8;

  private RateLimitKey() {}

  /**
   * Returns the key of a connection's label, such as {@code 127.0.0.1:12345} or {@code
   * [::1]:12345}.
   */
  public static String ofPeer(String peer) {
    int port = peer.lastIndexOf(':');
    return of(port < 0 ? peer : peer.substring(0, port));
  }

  /** Returns the key of a numeric address; any other text is its own key. */
  public static String of(String address) {
    String bare = address.replaceAll("^\\[|]$|%.*$", "");
    InetAddress parsed = NumericAddress.parse(bare);
    if (parsed == null) {
      return address;
    }
    // An IPv4 address within IPv6 was parsed as IPv4.
    return parsed instanceof Inet6Address ? network(parsed) + "/64" : parsed.getHostAddress();
  }

  private static String network(InetAddress address) {
    byte[] network = Arrays.copyOf(address.getAddress(), NETWORK_BYTES);
    try {
      return InetAddress.getByAddress(Arrays.copyOf(network, 2 * NETWORK_BYTES)).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }
}
