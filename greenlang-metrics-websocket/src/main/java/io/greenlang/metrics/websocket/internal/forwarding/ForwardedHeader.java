package io.greenlang.metrics.websocket.internal.forwarding;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A header in which each proxy appends the node that it received a request from. */
public enum ForwardedHeader {

  /** The usual header: each element is a node. */
  X_FORWARDED_FOR("X-Forwarded-For") {
    @Override
    @Nullable ForwardedNode node(String element) {
      return ForwardedNode.parse(element);
    }
  },

  /** The header of RFC 7239: the parameter {@code for} of each element is a node. */
  FORWARDED("Forwarded") {
    @Override
    @Nullable ForwardedNode node(String element) {
      return element.length() > MAX_LENGTH ? null : nodeOf(element);
    }
  };

  /** The longest element. A proxy writes at most two nodes, a host name and a protocol. */
  private static final int MAX_LENGTH = 1024;

  /** A parameter, which may be empty, and what separates it from the next. */
  private static final Pattern PARAMETER =
      Pattern.compile(
          "[ \\t]*+(?:(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]++)="
              + "(?:(?<token>[^\\s\",;=\\\\]++)|\"(?<quoted>(?:[^\"\\\\]|\\\\.)*+)\"))?+"
              + "[ \\t]*+(?<end>;|\\z)");

  private static final Pattern QUOTED_PAIR = Pattern.compile("\\\\(.)");

  private final String fieldName;

  ForwardedHeader(String fieldName) {
    this.fieldName = fieldName;
  }

  /**
   * Returns the header of a name, in any case.
   *
   * @throws IllegalArgumentException if no header has this name
   */
  public static ForwardedHeader of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Returns the name of the header. */
  String fieldName() {
    return fieldName;
  }

  /** Returns the node of an element of this header; null if the element is malformed. */
  abstract @Nullable ForwardedNode node(String element);

  /** Returns the node of {@code for}. An element without that parameter hides it. */
  private static @Nullable ForwardedNode nodeOf(String element) {
    Matcher parameter = PARAMETER.matcher(element);
    String node = null;
    int start = 0;
    do {
      if (!parameter.region(start, element.length()).lookingAt()) {
        return null;
      }
      if ("for".equalsIgnoreCase(parameter.group("name"))) {
        if (node != null) {
          return null; // two proxies would read it differently
        }
        node = value(parameter);
      }
      start = parameter.end();
    } while (!parameter.group("end").isEmpty());
    return node == null ? ForwardedNode.HIDDEN : ForwardedNode.parse(node);
  }

  private static String value(Matcher parameter) {
    String token = parameter.group("token");
    return token != null ? token : QUOTED_PAIR.matcher(parameter.group("quoted")).replaceAll("$1");
  }
}
