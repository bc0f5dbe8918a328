package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.websocket.transport.Handshake;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The syntax of the parts of a handshake that containers parse themselves during an upgrade. Each
 * container throws for other malformed input, as if the application had failed. A request is
 * therefore validated first, so that a client without a token cannot write errors into the log.
 */
final class HandshakeSyntax {

  /** The maximum number of query parameters; containers throw above 1,000. */
  private static final int MAX_PARAMETERS = 100;

  private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

  private HandshakeSyntax() {}

  /** Returns the reason to reject a request; null if its syntax is valid. */
  static @Nullable String problem(HttpServletRequest request) {
    if (request.getProtocol().equals("HTTP/1.0")) {
      return "An upgrade requires HTTP/1.1";
    }
    String query = request.getQueryString();
    if (query != null && !isQuery(query)) {
      return "The query cannot be decoded";
    }
    if (!isExtensionList(headers(request, "Sec-WebSocket-Extensions"))) {
      return "Sec-WebSocket-Extensions is malformed";
    }
    return headers(request, "Sec-WebSocket-Protocol").stream().anyMatch(v -> v.contains("\""))
        ? "Sec-WebSocket-Protocol is malformed"
        : null;
  }

  private static List<String> headers(HttpServletRequest request, String name) {
    return Collections.list(request.getHeaders(name));
  }

  /** Returns whether a query is a list of parameters with names, all of which can be decoded. */
  static boolean isQuery(String query) {
    String[] parameters = query.split("&", MAX_PARAMETERS + 1);
    if (parameters.length > MAX_PARAMETERS || !isUri("/?" + query)) {
      return false;
    }
    for (String parameter : parameters) {
      if (parameter.startsWith("=") || !isUtf8(parameter)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUri(String text) {
    try {
      new URI(text);
      return true;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Returns whether the escapes of a text, whose form is valid, are UTF-8. */
  private static boolean isUtf8(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        bytes.put((byte) Integer.parseInt(text, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.put((byte) '.');
      }
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(bytes.flip());
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Returns whether headers are lists of extensions (RFC 6455, section 9.1). */
  static boolean isExtensionList(List<String> headers) {
    return Handshake.splitLists(headers).stream()
        .allMatch(extension -> extension.isEmpty() || isExtension(extension));
  }

  private static boolean isExtension(String extension) {
    String[] parts = extension.split(";", -1);
    if (!isToken(parts[0].trim())) {
      return false;
    }
    for (int i = 1; i < parts.length; i++) {
      if (!isParameter(parts[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isParameter(String parameter) {
    int equals = parameter.indexOf('=');
    if (equals < 0) {
      return isToken(parameter.trim());
    }
    String value = parameter.substring(equals + 1).trim();
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return isToken(parameter.substring(0, equals).trim())
        && isToken(quoted ? value.substring(1, value.length() - 1) : value);
  }

  private static boolean isToken(String text) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(
                c ->
                    (c >= '0' && c <= '9')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= 'a' && c <= 'z')
                        || TOKEN_PUNCTUATION.indexOf(c) >= 0);
  }
}
