package io.greenlang.metrics.websocket.transport;

import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.http.HttpReply;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP endpoints of a server, as its transports see them. A transport admits a call by its
 * head, then reads the body, then has the call handled. So a client without a token cannot make the
 * server keep a body. Thread-safe.
 */
public interface HttpEndpoints {

  /**
   * The decision on a call.
   *
   * @param call the call with its principal
   * @param rejection the answer if the call is rejected; null if the transport reads its body
   */
  record Decision(HttpCall call, @Nullable HttpReply rejection) {}

  /** Returns all endpoints. */
  List<HttpEndpoint> all();

  /** Returns the endpoint of a path as it was sent, or null if there is none. */
  default @Nullable HttpEndpoint find(String path) {
    HttpEndpoint found = null;
    for (HttpEndpoint endpoint : all()) {
      if (endpoint.path().equals(path)) {
        return endpoint;
      }
      found = subpath(endpoint, path) == null ? found : endpoint;
    }
    return found;
  }

  /**
   * Returns the part of a path that follows an endpoint's path and a slash: empty for the
   * endpoint's own path, and null if the endpoint does not serve the path.
   */
  static @Nullable String subpath(HttpEndpoint endpoint, String path) {
    if (path.equals(endpoint.path())) {
      return "";
    }
    String prefix = endpoint.path() + "/";
    return endpoint.servesSubpaths() && path.startsWith(prefix)
        ? path.substring(prefix.length())
        : null;
  }

  /**
   * Decides on a call: the limits on connections, the origin, and the token. Does not block.
   *
   * @param head the call without its body
   */
  CompletionStage<Decision> admit(HttpEndpoint endpoint, HttpCall head);

  /** Returns the executor on which a transport calls {@link #handle}. */
  Executor workers();

  /**
   * Has the endpoint answer a call that was admitted. May block. Never throws; a failure of the
   * endpoint is an answer with status 500.
   */
  HttpReply handle(HttpEndpoint endpoint, HttpCall call);
}
