package io.greenlang.metrics.websocket.internal.ratelimit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * The rate limit key of a client without a name. All addresses of an IPv6 network share one key,
 * because each customer network has 2^64 addresses (RFC 6177).
 */
public final class RateLimitKey {

  /** Matches numeric addresses only, so that no name is resolved. */
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

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
    if (!IPV6.matcher(bare).matches()) {
      return address;
    }
    try {
      if (InetAddress.getByName(bare) instanceof Inet6Address inet6) {
        byte[] network = Arrays.copyOf(inet6.getAddress(), NETWORK_BYTES);
        return InetAddress.getByAddress(Arrays.copyOf(network, 2 * NETWORK_BYTES)).getHostAddress()
            + "/64";
      }
      return InetAddress.getByName(bare).getHostAddress(); // an IPv4 address within IPv6
    } catch (UnknownHostException e) {
      return address; // not an address after all
    }
  }
}
