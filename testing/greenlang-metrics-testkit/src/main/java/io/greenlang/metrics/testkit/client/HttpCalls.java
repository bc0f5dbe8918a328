package io.greenlang.metrics.testkit.client;

import io.greenlang.metrics.testkit.tls.ClientContexts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * HTTP requests with the JDK's client to the server of a WebSocket, which accept any certificate.
 */
public final class HttpCalls {

  private HttpCalls() {}

  /**
   * Returns a request to a server.
   *
   * @param webSocket the URL of the server's WebSocket
   * @param pathAndQuery the target of the request
   */
  public static HttpRequest.Builder request(URI webSocket, String pathAndQuery) {
    return HttpRequest.newBuilder(URI.create(origin(webSocket) + pathAndQuery));
  }

  /** Returns the origin of the pages of the server whose WebSocket has a URL. */
  public static String origin(URI webSocket) {
    String scheme = "wss".equals(webSocket.getScheme()) ? "https" : "http";
    return scheme + "://" + webSocket.getHost() + ":" + webSocket.getPort();
  }

  /** Sends a request and returns the response; fails the test if there is none. */
  public static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .sslContext(ClientContexts.trustingAll())
          .build()
          .send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError("no response", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
