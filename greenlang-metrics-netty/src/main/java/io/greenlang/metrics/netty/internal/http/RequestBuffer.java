package io.greenlang.metrics.netty.internal.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A buffer of the bytes of an HTTP connection that are not processed yet. It keeps them as they
 * arrived until a whole request head is there. An unfinished head of 4,000 empty headers takes its
 * own 23 KB, and not 215 KB of parsed headers. The connection's I/O thread owns it.
 */
public final class RequestBuffer {

  private static final byte[] EMPTY = new byte[0];

  private final int maxHeadBytes;
  private final int maxHeaders;
  private final ToIntFunction<String> maxBodyBytes;
  private byte[] bytes = EMPTY;
  private int length;
  private int scanned;
  private int lineStart;
  private int lines;
  private int polledBytes;

  /**
   * Creates an empty buffer of requests that must have no bodies.
   *
   * @param maxHeadBytes the maximum length of a request head
   * @param maxHeaders the maximum number of headers
   */
  public RequestBuffer(int maxHeadBytes, int maxHeaders) {
    this(maxHeadBytes, maxHeaders, path -> 0);
  }

  /**
   * Creates an empty buffer.
   *
   * @param maxHeadBytes the maximum length of a request head
   * @param maxHeaders the maximum number of headers
   * @param maxBodyBytes returns the maximum length of the body of a request for a path
   */
  public RequestBuffer(int maxHeadBytes, int maxHeaders, ToIntFunction<String> maxBodyBytes) {
    this.maxHeadBytes = maxHeadBytes;
    this.maxHeaders = maxHeaders;
    this.maxBodyBytes = maxBodyBytes;
  }

  /** Adds bytes that the client sent. */
  public void append(ByteBuf received) {
    int count = received.readableBytes();
    int needed = length + count;
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, Math.min(2 * needed, maxHeadBytes)));
    }
    received.readBytes(bytes, length, count);
    length = needed;
  }

  /** Returns the memory that this buffer takes. */
  public int capacity() {
    return bytes.length;
  }

  /** Returns the length of the head that {@link #poll} returned last. */
  public int polledBytes() {
    return polledBytes;
  }

  /** Returns all bytes that are not processed yet, and empties this buffer. */
  public byte[] pollRest() {
    byte[] rest = Arrays.copyOf(bytes, length);
    consume(length);
    return rest;
  }

  /**
   * Returns the next request, or null if its head is incomplete.
   *
   * @throws BadRequestException if the request is malformed or too long
   */
  public @Nullable RequestHead poll() throws BadRequestException {
    skipEmptyLines();
    while (scanned < length && scanned < maxHeadBytes) {
      if (bytes[scanned++] == '\n' && endsHead()) {
        String head = new String(bytes, 0, lineStart, StandardCharsets.ISO_8859_1);
        polledBytes = scanned;
        consume(scanned);
        return RequestParser.parse(head, maxBodyBytes);
      }
    }
    if (scanned >= maxHeadBytes) {
      throw lines == 0
          ? new BadRequestException(HttpResponseStatus.REQUEST_URI_TOO_LONG, "URI too long")
          : tooLarge("The headers are longer than " + maxHeadBytes + " bytes");
    }
    return null;
  }

  /**
   * Moves the bytes that have arrived of a request's body to {@code body}.
   *
   * @return whether the body is complete
   * @throws BadRequestException if the body is malformed or too long
   */
  public boolean poll(RequestBody body) throws BadRequestException {
    consume(body.accept(bytes, length));
    return body.isComplete();
  }

  /** Skips empty lines before a request, as RFC 9112, section 2.2 recommends. */
  private void skipEmptyLines() {
    int start = 0;
    while (lines == 0 && scanned == 0 && start < length && isLineEnd(bytes[start])) {
      start++;
    }
    if (start > 0) {
      consume(start);
    }
  }

  private static boolean isLineEnd(byte b) {
    return b == '\r' || b == '\n';
  }

  /** Returns whether the line that ends here is empty. Otherwise, the next line starts here. */
  private boolean endsHead() throws BadRequestException {
    int lineLength = scanned - 1 - lineStart;
    if (lineLength == 0 || (lineLength == 1 && bytes[lineStart] == '\r')) {
      return true;
    }
    if (lines++ > maxHeaders) {
      throw tooLarge("More than " + maxHeaders + " headers");
    }
    lineStart = scanned;
    return false;
  }

  private void consume(int count) {
    bytes = count == length ? EMPTY : Arrays.copyOfRange(bytes, count, length);
    length -= count;
    scanned = 0;
    lineStart = 0;
    lines = 0;
  }

  private static BadRequestException tooLarge(String text) {
    return new BadRequestException(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, text);
  }
}
