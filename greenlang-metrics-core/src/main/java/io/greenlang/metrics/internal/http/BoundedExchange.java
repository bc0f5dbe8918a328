package io.greenlang.metrics.internal.http;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An exchange with an HTTP server that may be slow, endless or broken. One time limit covers the
 * connection, the header and the whole body. The connection of an exchange that fails is closed.
 */
public final class BoundedExchange {

  private static final int OK = 200;

  private BoundedExchange() {}

  /**
   * Sends a request and waits for the response. Only the body of a response with status 200 is
   * read.
   *
   * @param maxBytes the maximum length of the body
   * @param tooLong the message of the {@link java.io.IOException} of a longer body, which is the
   *     cause of the {@code ExecutionException}
   * @param timeout the limit on the whole exchange
   * @throws ExecutionException if the exchange fails
   * @throws TimeoutException if the response is not complete in time
   * @throws InterruptedException if the thread is interrupted; the request is cancelled
   */
  public static HttpResponse<byte[]> send(
      HttpClient client, HttpRequest request, int maxBytes, String tooLong, Duration timeout)
      throws ExecutionException, TimeoutException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(
            request,
            head ->
                head.statusCode() == OK ? BoundedBody.of(maxBytes, tooLong) : BoundedBody.unused());
    try {
      return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } finally {
      exchange.cancel(true); // closes the connection of an exchange that has not ended
    }
  }
}
