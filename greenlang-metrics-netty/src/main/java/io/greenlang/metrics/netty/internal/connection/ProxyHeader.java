package io.greenlang.metrics.netty.internal.connection;

import io.greenlang.metrics.websocket.transport.ClientAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A header of the PROXY protocol, version 1 or 2, with which a proxy begins a connection (HAProxy's
 * specification of 2020). The parser reads from a buffer of at most {@value #MAX_BYTES} bytes.
 *
 * @param length the number of its bytes
 * @param client the program that opened the proxy's connection; null if the proxy connects for
 *     itself, as for a health check, or does not know an address
 */
record ProxyHeader(int length, @Nullable ClientAddress client) {

  /** The longest header. The addresses take 52 bytes, and the rest is for extensions. */
  static final int MAX_BYTES = 2048;

  /** The longest header of version 1, as its specification guarantees. */
  private static final int MAX_TEXT_BYTES = 107;

  private static final byte[] SIGNATURE_1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SIGNATURE_2 = {
    '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
  };

  private static final Pattern LINE =
      Pattern.compile(
          "PROXY (?:UNKNOWN(?: .*)?|(?<family>TCP[46]) (?<source>[0-9A-Fa-f.:]+)"
              + " (?<destination>[0-9A-Fa-f.:]+) (?<port>[0-9]{1,5}) [0-9]{1,5})");

  private static final int FIXED_BYTES = 16;
  private static final int VERSION_OFFSET = 12;
  private static final int FAMILY_OFFSET = 13;
  private static final int LENGTH_OFFSET = 14;
  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int TCP_OVER_IPV4 = 0x11;
  private static final int TCP_OVER_IPV6 = 0x21;
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final int MAX_FAMILY = 3;
  private static final int MAX_PROTOCOL = 2;
  private static final int MAX_PORT = 65_535;

  /** Bytes that do not begin with a header of the PROXY protocol. */
  static final class MalformedException extends Exception {

    private static final long serialVersionUID = 1;

    MalformedException(String reason) {
      super(reason, null, false, false);
    }
  }

  /**
   * Parses the header at a buffer's reader index, which does not move.
   *
   * @return null if the header is incomplete
   * @throws MalformedException if the bytes are not a header, as soon as one of them shows it
   */
  static @Nullable ProxyHeader parse(ByteBuf input) throws MalformedException {
    if (beginsWith(input, SIGNATURE_2)) {
      return input.readableBytes() < FIXED_BYTES ? null : binary(input);
    }
    if (beginsWith(input, SIGNATURE_1)) {
      return input.readableBytes() < SIGNATURE_1.length ? null : text(input);
    }
    throw new MalformedException("the connection does not begin with a PROXY header");
  }

  /** Returns whether the bytes that have arrived do not differ from a signature. */
  private static boolean beginsWith(ByteBuf input, byte[] signature) {
    int length = Math.min(signature.length, input.readableBytes());
    for (int i = 0; i < length; i++) {
      if (input.getByte(input.readerIndex() + i) != signature[i]) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable ProxyHeader text(ByteBuf input) throws MalformedException {
    int searched = Math.min(MAX_TEXT_BYTES, input.readableBytes());
    int lineFeed =
        ByteBufUtil.indexOf(
            input, input.readerIndex(), input.readerIndex() + searched, (byte) '\n');
    int lineLength = lineFeed - input.readerIndex() - 1;
    if (lineFeed < 0 && searched < MAX_TEXT_BYTES) {
      return null;
    }
    if (lineFeed < 0 || input.getByte(lineFeed - 1) != '\r') {
      throw new MalformedException(
          "the PROXY header has no CR LF within " + MAX_TEXT_BYTES + " bytes");
    }
    String line = input.toString(input.readerIndex(), lineLength, StandardCharsets.ISO_8859_1);
    return new ProxyHeader(lineLength + 2, client(line));
  }

  private static @Nullable ClientAddress client(String line) throws MalformedException {
    Matcher fields = LINE.matcher(line);
    if (!fields.matches()) {
      throw new MalformedException("the PROXY header is malformed");
    }
    String family = fields.group("family");
    if (family == null) {
      return null;
    }
    int port = Integer.parseInt(fields.group("port"));
    boolean ipv6 = family.endsWith("6");
    if (port > MAX_PORT
        || !isAddress(fields.group("source"), ipv6)
        || !isAddress(fields.group("destination"), ipv6)) {
      throw new MalformedException("the PROXY header has a malformed address");
    }
    return address(NetUtil.createByteArrayFromIpAddressString(fields.group("source")), port);
  }

  private static boolean isAddress(String text, boolean ipv6) {
    return ipv6 ? NetUtil.isValidIpV6Address(text) : NetUtil.isValidIpV4Address(text);
  }

  private static @Nullable ProxyHeader binary(ByteBuf input) throws MalformedException {
    int start = input.readerIndex();
    int command = input.getUnsignedByte(start + VERSION_OFFSET);
    int family = input.getUnsignedByte(start + FAMILY_OFFSET);
    int length = input.getUnsignedShort(start + LENGTH_OFFSET);
    if (command != LOCAL && command != PROXY) {
      throw new MalformedException("the PROXY header has an unknown version or command");
    }
    if (FIXED_BYTES + length > MAX_BYTES) {
      throw new MalformedException("the PROXY header is longer than " + MAX_BYTES + " bytes");
    }
    if (family >> 4 > MAX_FAMILY || (family & 0xf) > MAX_PROTOCOL) {
      throw new MalformedException("the PROXY header has an unknown address family");
    }
    int addressBytes =
        family == TCP_OVER_IPV4 ? IPV4_BYTES : family == TCP_OVER_IPV6 ? IPV6_BYTES : 0;
    boolean named = command == PROXY && addressBytes > 0;
    if (named && length < 2 * addressBytes + 4) {
      throw new MalformedException("the PROXY header is too short for its addresses");
    }
    if (input.readableBytes() < FIXED_BYTES + length) {
      return null;
    }
    return new ProxyHeader(
        FIXED_BYTES + length, named ? binaryClient(input, start, addressBytes) : null);
  }

  /** Returns the first of two addresses, with the first of the two ports that follow them. */
  private static ClientAddress binaryClient(ByteBuf input, int start, int addressBytes) {
    byte[] bytes = new byte[addressBytes];
    input.getBytes(start + FIXED_BYTES, bytes);
    return address(bytes, input.getUnsignedShort(start + FIXED_BYTES + 2 * addressBytes));
  }

  private static ClientAddress address(byte[] bytes, int port) {
    try {
      return new ClientAddress(InetAddress.getByAddress(bytes).getHostAddress(), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }
}
