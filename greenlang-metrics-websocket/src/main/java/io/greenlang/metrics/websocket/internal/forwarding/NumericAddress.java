package io.greenlang.metrics.websocket.internal.forwarding;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A strict parser of numeric addresses from untrusted text, which resolves no names. */
public final class NumericAddress {

  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

  /** Four octets: {@code InetAddress} would also accept fewer, and resolve other numbers. */
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");

  /** The characters of IPv6. {@code InetAddress} would resolve a text that begins with a dot. */
  private static final Pattern IPV6 = Pattern.compile("(?!\\.)[0-9A-Fa-f.]*+:[0-9A-Fa-f:.]*+");

  private static final int MAX_LENGTH = 45;

  private NumericAddress() {}

  /**
   * Returns the address that a text has in numeric form, without brackets and zone; null if it has
   * none. An IPv4 address within IPv6 is an IPv4 address.
   */
  public static @Nullable InetAddress parse(String text) {
    boolean numeric =
        text.length() <= MAX_LENGTH
            && (IPV4.matcher(text).matches() || IPV6.matcher(text).matches());
    try {
      return numeric ? InetAddress.getByName(text) : null;
    } catch (UnknownHostException e) {
      return null; // characters of IPv6 in another order
    }
  }
}
