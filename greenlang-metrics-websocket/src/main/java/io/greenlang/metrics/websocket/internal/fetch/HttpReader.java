package io.greenlang.metrics.websocket.internal.fetch;

import io.greenlang.metrics.internal.http.BoundedExchange;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * A reader of small documents over HTTP. One time limit covers the connection, the header and the
 * whole body, the body is limited in length, and redirects are not followed: a redirect would let
 * the remote host choose an address within our network. Thread-safe; a call blocks.
 */
public final class HttpReader {

  private static final int OK = 200;

  private final HttpClient client;
  private final int maxBytes;

  /**
   * Creates a reader, which shares one connection pool between its calls.
   *
   * @param maxBytes the maximum length of a document
   */
  public HttpReader(int maxBytes) {
    this.client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    this.maxBytes = maxBytes;
  }

  /**
   * Returns the address in a text.
   *
   * @param name the name of the setting for the error message
   * @throws IllegalArgumentException if it is not an absolute http or https URL with a host, or has
   *     credentials or a fragment
   */
  public static URI address(String text, String name) {
    String rule = name + " must be an http:// or https:// URL without credentials and fragment";
    try {
      URI url = new URI(text);
      String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
      boolean valid =
          (scheme.equals("http") || scheme.equals("https"))
              && url.getHost() != null
              && url.getRawUserInfo() == null
              && url.getRawFragment() == null;
      if (valid) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(rule, e);
    }
    throw new IllegalArgumentException(rule);
  }

  /**
   * Returns the body of the document.
   *
   * @param timeout the limit on the whole exchange
   * @throws IOException if the response is incomplete within the time, too long, or has a status
   *     other than 200; the message has the reason and nothing of the body
   */
  public byte[] read(URI url, Duration timeout) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(url).header("Accept", "application/json, */*;q=0.1").build();
    try {
      HttpResponse<byte[]> response =
          BoundedExchange.send(
              client,
              request,
              maxBytes,
              "the response is longer than " + maxBytes + " bytes",
              timeout);
      requireOk(response.statusCode());
      return response.body();
    } catch (TimeoutException e) {
      throw new IOException("no complete response within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException(reason(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }

  private static void requireOk(int status) throws IOException {
    if (status != OK) {
      throw new IOException(
          "HTTP status "
              + status
              + (status >= 300 && status < 400 ? "; redirects are not followed" : ""));
    }
  }

  private static String reason(ExecutionException failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    String type = cause.getClass().getSimpleName();
    return cause.getMessage() == null ? type : type + ": " + cause.getMessage();
  }
}
