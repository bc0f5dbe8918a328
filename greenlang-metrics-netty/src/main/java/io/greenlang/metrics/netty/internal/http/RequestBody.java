package io.greenlang.metrics.netty.internal.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The body of a request while it arrives, by its length or in chunks, after RFC 9112, sections 6
 * and 7.1. It is as strict as {@link RequestParser}: the lines of chunks end with CR and LF. The
 * memory is at most the bytes that have arrived, doubled; an announced length reserves nothing. The
 * connection's I/O thread owns it.
 */
public final class RequestBody {

  /** The maximum length of the line of a chunk, and of all trailers together. */
  private static final int MAX_LINE_BYTES = 4096;

  private static final int HEXADECIMAL = 16;

  private static final Pattern CHUNK =
      Pattern.compile("([0-9A-Fa-f]{1,8})(?:[ \\t]*+;[\\t -~\\x80-\\xff]*+)?");

  private static final byte[] EMPTY = new byte[0];

  private enum Part {
    CHUNK_LINE,
    DATA,
    DATA_END,
    TRAILERS,
    END
  }

  private final int maxBytes;
  private final boolean chunked;
  private final StringBuilder line = new StringBuilder();
  private byte[] bytes = EMPTY;
  private int length;
  private long remaining;
  private int trailerBytes;
  private Part part;

  /**
   * Creates the body of a request of which nothing has arrived yet.
   *
   * @param framing how the request announces its body
   * @param maxBytes the maximum length of a chunked body; the announced length was checked
   */
  public RequestBody(RequestHead.Body framing, int maxBytes) {
    this.chunked = framing.chunked();
    this.maxBytes = chunked ? maxBytes : framing.length();
    this.remaining = framing.length();
    this.part = chunked ? Part.CHUNK_LINE : remaining == 0 ? Part.END : Part.DATA;
  }

  /** Returns whether the whole body has arrived. */
  public boolean isComplete() {
    return part == Part.END;
  }

  /** Returns the memory that this body takes. */
  public int capacity() {
    return bytes.length + line.capacity();
  }

  /** Returns the body; to be called once, when it is complete. */
  public byte[] content() {
    byte[] content = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    bytes = EMPTY;
    return content;
  }

  /**
   * Takes the bytes that belong to this body.
   *
   * @return their number; the rest belongs to the next request
   * @throws BadRequestException if the body is malformed or too long
   */
  int accept(byte[] input, int count) throws BadRequestException {
    int used = 0;
    while (used < count && part != Part.END) {
      if (part == Part.DATA) {
        used += acceptData(input, used, count - used);
      } else {
        acceptLineByte(input[used++]);
      }
    }
    return used;
  }

  private int acceptData(byte[] input, int start, int available) {
    int count = (int) Math.min(remaining, available);
    int needed = length + count;
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(2L * needed, maxBytes)));
    }
    System.arraycopy(input, start, bytes, length, count);
    length = needed;
    remaining -= count;
    if (remaining == 0) {
      part = chunked ? Part.DATA_END : Part.END;
    }
    return count;
  }

  private void acceptLineByte(byte b) throws BadRequestException {
    int end = line.length() - 1;
    boolean afterReturn = end >= 0 && line.charAt(end) == '\r';
    if (afterReturn != (b == '\n') || end >= MAX_LINE_BYTES) {
      throw new BadRequestException("A line of the chunked body is malformed");
    }
    if (!afterReturn) {
      line.append((char) (b & 0xff));
      return;
    }
    String text = line.substring(0, end);
    line.setLength(0);
    onLine(text);
  }

  private void onLine(String text) throws BadRequestException {
    if (part == Part.CHUNK_LINE) {
      onChunk(text);
    } else if (part == Part.TRAILERS) {
      onTrailer(text);
    } else if (text.isEmpty()) {
      part = Part.CHUNK_LINE;
    } else {
      throw new BadRequestException("A chunk is longer than its size");
    }
  }

  private void onChunk(String text) throws BadRequestException {
    Matcher chunk = CHUNK.matcher(text);
    if (!chunk.matches()) {
      throw new BadRequestException("The size of a chunk is malformed");
    }
    remaining = Long.parseLong(chunk.group(1), HEXADECIMAL);
    if (length + remaining > maxBytes) {
      throw new BadRequestException(
          HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
          "The request body is longer than " + maxBytes + " bytes");
    }
    part = remaining == 0 ? Part.TRAILERS : Part.DATA;
  }

  /** Validates a trailer and ignores it, as RFC 9110, section 6.5.1 permits. */
  private void onTrailer(String text) throws BadRequestException {
    trailerBytes += text.length();
    if (text.isEmpty()) {
      part = Part.END;
    } else if (trailerBytes > MAX_LINE_BYTES || !RequestParser.isHeader(text)) {
      throw new BadRequestException("A trailer is malformed or too long");
    }
  }
}
