package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.websocket.transport.ClientAddress;
import io.greenlang.metrics.websocket.transport.Handshake;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.websocket.server.HandshakeRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The reader of handshakes, from servlet requests and from endpoint requests. */
final class HandshakeReader {

  private static final String TOKEN = "token";

  private HandshakeReader() {}

  /**
   * Reads a servlet request. We decode the query ourselves because containers log text that they
   * cannot decode, and that might be a token.
   *
   * @param client the address of the client
   * @throws IllegalArgumentException if the query cannot be decoded
   */
  static Handshake read(HttpServletRequest request, ClientAddress client) {
    return new Handshake(
        Handshake.queryTokens(request.getQueryString()),
        Collections.list(request.getHeaders("Authorization")),
        Handshake.knownSubprotocols(Collections.list(request.getHeaders("Sec-WebSocket-Protocol"))),
        Collections.list(request.getHeaders("Origin")),
        request.getHeader("Host"),
        client.address());
  }

  /**
   * Reads an endpoint request. It can no longer be answered with a status. A token in the header is
   * therefore treated like one in the query: the client receives an error message if it is invalid.
   */
  static Handshake read(HandshakeRequest request) {
    List<String> tokens = new ArrayList<>(request.getParameterMap().getOrDefault(TOKEN, List.of()));
    List<String> authorizations = headers(request, "Authorization");
    for (String header : authorizations) {
      String token = Handshake.bearerToken(header);
      if (token != null) {
        tokens.add(token);
      }
    }
    if (authorizations.size() > 1) {
      tokens.add(""); // ambiguous, like two tokens, and the status 400 cannot be sent
    }
    List<String> hosts = headers(request, "Host");
    return new Handshake(
        tokens,
        List.of(),
        Handshake.knownSubprotocols(headers(request, "Sec-WebSocket-Protocol")),
        headers(request, "Origin"),
        hosts.isEmpty() ? null : hosts.get(0),
        null);
  }

  /** Finds headers regardless of case; containers differ in whether case matters. */
  private static List<String> headers(HandshakeRequest request, String name) {
    List<String> values = new ArrayList<>(1);
    for (Map.Entry<String, List<String>> header : request.getHeaders().entrySet()) {
      if (header.getKey().equalsIgnoreCase(name)) {
        values.addAll(header.getValue());
      }
    }
    return values;
  }
}
