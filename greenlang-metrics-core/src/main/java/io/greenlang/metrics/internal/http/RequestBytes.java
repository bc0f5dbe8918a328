package io.greenlang.metrics.internal.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntToLongFunction;
import java.util.zip.GZIPInputStream;

/**
 * The bytes of requests after decompression, and the memory to convert them. Compressed requests
 * can inflate to a thousand times their length, so each has a maximum, which it reserves until its
 * length is known. All that are in progress may together take an eighth of the heap, and at least
 * one request; the next is rejected and retried. The bytes of a request that is neither compressed
 * nor converted are counted by the transport only. Thread-safe.
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
   * Applies an operation that takes no memory of its own to the bytes of a request.
   *
   * @param encodings the values of {@code Content-Encoding}
   * @throws RequestException if the encoding is unknown, the bytes are malformed or too long, or
   *     too many requests are in progress; or by the operation
   */
  public <T> T with(byte[] body, List<String> encodings, Operation<T> operation)
      throws RequestException {
    return with(body, encodings, length -> 0, operation);
  }

  /**
   * Applies an operation to the bytes of a request.
   *
   * @param encodings the values of {@code Content-Encoding}
   * @param memory returns the memory that the operation takes for bytes of a length
   * @throws RequestException if the encoding is unknown, the bytes are malformed or too long, or
   *     too many requests are in progress; or by the operation
   */
  public <T> T with(
      byte[] body, List<String> encodings, IntToLongFunction memory, Operation<T> operation)
      throws RequestException {
    boolean isCompressed = isCompressed(encodings);
    Reservation reservation = new Reservation();
    try {
      byte[] bytes = body;
      if (isCompressed) {
        reservation.set(maxBytes);
        bytes = inflate(body);
      }
      reservation.set((isCompressed ? bytes.length : 0) + memory.applyAsLong(bytes.length));
      return operation.apply(bytes);
    } finally {
      reservation.release();
    }
  }

  private static boolean isCompressed(List<String> encodings) throws RequestException {
    String encoding = String.join(",", encodings).strip().toLowerCase(Locale.ROOT);
    if (encoding.isEmpty() || encoding.equals("identity")) {
      return false;
    }
    if (!encoding.equals("gzip")) {
      throw new RequestException(UNSUPPORTED_TYPE, "The content encoding must be gzip");
    }
    return true;
  }

  /** The memory that one request has reserved. Not thread-safe. */
  private final class Reservation {

    private long held;

    /** Changes the memory; more than an eighth of the heap only if no other request has any. */
    private void set(long needed) throws RequestException {
      long total = reserved.addAndGet(needed - held);
      boolean grows = needed > held;
      held = needed;
      if (grows && total > maxReserved && total > needed) {
        throw new RequestException(TOO_MANY_REQUESTS, "Too many requests at once");
      }
    }

    private void release() {
      reserved.addAndGet(-held);
    }
  }

  /** Returns the memory that all requests in progress have reserved. */
  long reserved() {
    return reserved.get();
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
