package io.greenlang.metrics.websocket.internal.forwarding;

import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A node that a proxy received a request from (RFC 7239, section 6).
 *
 * @param address its address; null if the proxy hides it
 * @param port its port; 0 if the proxy does not name it
 */
record ForwardedNode(@Nullable InetAddress address, int port) {

  /** A node whose address the proxy hides. */
  static final ForwardedNode HIDDEN = new ForwardedNode(null, 0);

  private static final String OBFUSCATED = "_[A-Za-z0-9._-]+";
  private static final Pattern HIDDEN_NAME =
      Pattern.compile("unknown|" + OBFUSCATED, Pattern.CASE_INSENSITIVE);

  private static final Pattern NODE =
      Pattern.compile(
          "(?:\\[(?<ipv6>[^\\]]+)]|(?<name>[^:\\[\\]]+))(?::(?<port>[0-9]{1,5}|"
              + OBFUSCATED
              + "))?");

  private static final int MAX_PORT = 65_535;

  /** The longest name: a longer one is as useless as a malformed one. */
  private static final int MAX_LENGTH = 128;

  /**
   * Parses a node. An IPv6 address may lack its brackets if it has no port, because many proxies
   * write it so.
   *
   * @return null if the text is malformed
   */
  static @Nullable ForwardedNode parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return null;
    }
    InetAddress bare = NumericAddress.parse(text);
    if (bare != null) {
      return new ForwardedNode(bare, 0);
    }
    Matcher node = NODE.matcher(text);
    return node.matches() ? parse(node) : null;
  }

  private static @Nullable ForwardedNode parse(Matcher node) {
    String port = node.group("port");
    int number = port == null || port.startsWith("_") ? 0 : Integer.parseInt(port);
    String name = node.group("name");
    if (number > MAX_PORT) {
      return null;
    }
    if (name != null && HIDDEN_NAME.matcher(name).matches()) {
      return HIDDEN;
    }
    InetAddress address = NumericAddress.parse(name != null ? name : node.group("ipv6"));
    return address == null ? null : new ForwardedNode(address, number);
  }
}
