package io.greenlang.metrics.websocket.internal.forwarding;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A range of IPv4 or IPv6 addresses with a common prefix (RFC 4632, section 3.1).
 *
 * @param first the first address of the range, as a number
 * @param prefixBits the number of bits that all addresses share
 * @param addressBits the number of bits of an address: 32 or 128
 */
record AddressRange(BigInteger first, int prefixBits, int addressBits) {

  private static final Pattern RANGE =
      Pattern.compile("(?<address>[^/]+)(?:/(?<prefix>[0-9]{1,3}))?");

  /**
   * Parses an address or a range such as {@code 10.0.0.0/8}. The whole Internet is not a range,
   * because a client could then name any address. Neither is a range with bits after its prefix,
   * because its author may have meant one address.
   *
   * @return null if the text is malformed
   */
  static @Nullable AddressRange parse(String text) {
    Matcher range = RANGE.matcher(text);
    InetAddress address = range.matches() ? NumericAddress.parse(range.group("address")) : null;
    if (address == null) {
      return null;
    }
    int addressBits = Byte.SIZE * address.getAddress().length;
    String prefix = range.group("prefix");
    int prefixBits = prefix == null ? addressBits : Integer.parseInt(prefix);
    BigInteger first = number(address);
    return prefixBits >= 1
            && prefixBits <= addressBits
            && (first.signum() == 0 || first.getLowestSetBit() >= addressBits - prefixBits)
        ? new AddressRange(first, prefixBits, addressBits)
        : null;
  }

  /** Returns whether an address is in this range. */
  boolean contains(InetAddress address) {
    return Byte.SIZE * address.getAddress().length == addressBits
        && number(address).xor(first).bitLength() <= addressBits - prefixBits;
  }

  private static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }
}
