package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.internal.http.BoundedExchange;
import io.greenlang.metrics.prometheus.internal.text.ExpositionFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A client of one target. It follows no redirect, which could lead the credentials elsewhere. The
 * timeout covers the whole answer, and the connection of an answer that fails is closed.
 */
public final class TargetClient {

  private static final int MAX_LOGGED = 64;
  private static final String CHECK_PATH = "; check the path, which is /metrics for most targets";

  /**
   * An answer.
   *
   * @param format the format of the body
   * @param body the body, decompressed
   */
  @SuppressWarnings("ArrayRecordComponent") // nothing compares answers
  public record Answer(ExpositionFormat format, byte[] body) {}

  /** The client of all targets without their own certificates, so that they share its thread. */
  private static final class SharedClient {
    static final HttpClient INSTANCE = client(null);

    private SharedClient() {}
  }

  private final TargetOptions options;
  private final HttpClient client;
  private final HttpRequest request;

  /** Creates a client; nothing is sent before {@link #fetch}. */
  public TargetClient(TargetOptions options) {
    this.options = options;
    this.client =
        options.sslContext() == null ? SharedClient.INSTANCE : client(options.sslContext());
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(options.uri())
            .header("Accept", ExpositionFormat.ACCEPT)
            .header("Accept-Encoding", "gzip")
            .header("User-Agent", "greenlang-metrics-prometheus");
    if (options.authorization() != null) {
      builder.header("Authorization", options.authorization());
    }
    this.request = builder.build();
  }

  private static HttpClient client(@Nullable SSLContext sslContext) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER);
    return sslContext == null ? builder.build() : builder.sslContext(sslContext).build();
  }

  /**
   * Requests the target's metrics.
   *
   * @throws IOException if the target is not reachable, does not answer in time, or answers with
   *     another status than 200, another content type, or a body that exceeds the limit
   * @throws InterruptedException if the thread is interrupted; the request is cancelled
   */
  public Answer fetch() throws IOException, InterruptedException {
    HttpResponse<byte[]> response = exchange();
    if (response.statusCode() != 200) {
      throw new ScrapeException(
          options
              + " answered with status "
              + response.statusCode()
              + remedy(response.statusCode()));
    }
    String contentType = response.headers().firstValue("Content-Type").orElse("");
    ExpositionFormat format = ExpositionFormat.ofContentType(contentType);
    if (format == null) {
      throw new ScrapeException(
          options
              + " answered with the content type \""
              + shown(contentType)
              + "\"; expected text/plain of version 0.0.4, application/openmetrics-text or"
              + " delimited application/vnd.google.protobuf"
              + CHECK_PATH);
    }
    return new Answer(format, decompressed(response));
  }

  private static String remedy(int status) {
    return switch (status) {
      case 401, 403 -> "; set credentials that it accepts, with bearerToken or basicAuth";
      case 404 -> CHECK_PATH;
      default ->
          status / 100 == 3
              ? "; redirects are not followed, so set the address to which it redirects"
              : "";
    };
  }

  private HttpResponse<byte[]> exchange() throws IOException, InterruptedException {
    try {
      return BoundedExchange.send(
          client, request, options.maxBodyBytes(), tooLong(), options.timeout());
    } catch (TimeoutException e) {
      throw new ScrapeException(
          options + " did not answer completely within " + options.timeout().toMillis() + " ms");
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause());
    }
  }

  /** Returns why a request failed. The JDK's client gives a failure to connect no message. */
  private ScrapeException failure(Throwable cause) {
    String failed = "Failed to read from " + options + ": ";
    if (cause.getCause() instanceof UnresolvedAddressException) {
      return new ScrapeException(failed + "the name of the host has no address; correct the name");
    }
    if (cause instanceof ConnectException) {
      return new ScrapeException(
          failed
              + "failed to connect; check that the target runs, and that its host and port are"
              + " right");
    }
    return new ScrapeException(failed + cause, cause);
  }

  private String tooLong() {
    return "the body has more than " + options.maxBodyBytes() + " bytes, the limit of the source";
  }

  private byte[] decompressed(HttpResponse<byte[]> response) throws IOException {
    String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
    switch (encoding.toLowerCase(Locale.ROOT)) {
      case "identity" -> {
        return response.body();
      }
      case "gzip", "x-gzip" -> {
        int maxBytes = options.maxBodyBytes();
        try (InputStream body = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
          byte[] bytes = body.readNBytes(maxBytes);
          if (body.read() >= 0) {
            throw new ScrapeException(tooLong());
          }
          return bytes;
        }
      }
      default ->
          throw new ScrapeException(
              options + " answered with the unknown content encoding \"" + shown(encoding) + "\"");
    }
  }

  /** Returns a header's value in a form that fits on a line of a log. */
  private static String shown(String value) {
    String part = value.substring(0, Math.min(MAX_LOGGED, value.length()));
    return part.replaceAll("[^ -~]", "?");
  }
}
