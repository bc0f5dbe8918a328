package io.greenlang.metrics.websocket.session;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Whom to count as one who has no name. A network of IPv6 addresses counts as one: whoever has one
 * address there has 2^64 of them (RFC 6177).
 */
public final class PeerAddress {

  /** Only what is an address in figures: nothing is looked up. */
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private static final int NETWORK_BYTES = 8;

  private PeerAddress() {}

  /** Of a connection's label, such as {@code 127.0.0.1:12345} or {@code [::1]:12345}. */
  static String ofPeer(String peer) {
    int port = peer.lastIndexOf(':');
    return of(port < 0 ? peer : peer.substring(0, port));
  }

  /** Of an address in figures; any other text stands for itself. */
  public static String of(String address) {
    String bare = address.replaceAll("^\\[|]$|%.*$", "");
    if (!IPV6.matcher(bare).matches()) {
      return address;
    }
    try {
      if (InetAddress.getByName(bare) instanceof Inet6Address six) {
        byte[] network = Arrays.copyOf(six.getAddress(), NETWORK_BYTES);
        return InetAddress.getByAddress(Arrays.copyOf(network, 2 * NETWORK_BYTES)).getHostAddress()
            + "/64";
      }
      return InetAddress.getByName(bare).getHostAddress(); // an IPv4 address within IPv6
    } catch (UnknownHostException e) {
      return address; // not an address after all
    }
  }
}
