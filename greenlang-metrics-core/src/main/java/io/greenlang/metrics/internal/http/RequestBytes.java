package io.greenlang.metrics.internal.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/**
 * The bytes of requests after decompression. Compressed requests can inflate to a thousand times
 * their length, so each has a maximum. All that are in progress may together take an eighth of the
 * heap, and at least one request; the next is rejected and retried. Thread-safe.
 */
public final class RequestBytes {

  private static final int HEAP_SHARE = 8;
  private static final int BUFFER_BYTES = 8192;
  private static final int TOO_LARGE = 413;
  private static final int UNSUPPORTED_TYPE = 415;
  private static final int TOO_MANY_REQUESTS = 429;

  private final int maxBytes;
  private final long maxReserved;
  private final AtomicLong reserved = new AtomicLong();

  /**
   * Creates the bytes of the requests of one endpoint.
   *
   * @param maxBytes the maximum length of a request after decompression
   */
  public RequestBytes(int maxBytes) {
    this.maxBytes = maxBytes;
    this.maxReserved = Math.max(maxBytes, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  /** An operation on the bytes of one request. */
  @FunctionalInterface
  public interface Operation<T> {

    /** Returns the result for the bytes of the request. */
    T apply(byte[] bytes) throws RequestException;
  }

  /**
   * Applies an operation to the bytes of a request.
   *
   * @param encodings the values of {@code Content-Encoding}
   * @throws RequestException if the encoding is unknown, the bytes are malformed or too long, or
   *     too many requests are in progress; or by the operation
   */
  public <T> T with(byte[] body, List<String> encodings, Operation<T> operation)
      throws RequestException {
    String encoding = String.join(",", encodings).strip().toLowerCase(Locale.ROOT);
    if (encoding.isEmpty() || encoding.equals("identity")) {
      return operation.apply(body);
    }
    if (!encoding.equals("gzip")) {
      throw new RequestException(UNSUPPORTED_TYPE, "The content encoding must be gzip");
    }
    try {
      if (reserved.addAndGet(maxBytes) > maxReserved) {
        throw new RequestException(TOO_MANY_REQUESTS, "Too many compressed requests at once");
      }
      return operation.apply(inflate(body));
    } finally {
      reserved.addAndGet(-maxBytes);
    }
  }

  private byte[] inflate(byte[] body) throws RequestException {
    ByteArrayOutputStream inflated = new ByteArrayOutputStream(BUFFER_BYTES);
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(body), BUFFER_BYTES)) {
      for (int count = gzip.read(buffer); count >= 0; count = gzip.read(buffer)) {
        if (inflated.size() + count > maxBytes) {
          throw new RequestException(
              TOO_LARGE, "The decompressed request is longer than " + maxBytes + " bytes");
        }
        inflated.write(buffer, 0, count);
      }
    } catch (IOException e) { // includes ZipException and EOFException
      throw RequestException.malformed("The gzip data is malformed or incomplete");
    }
    return inflated.toByteArray();
  }
}
