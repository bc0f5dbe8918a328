package io.greenlang.metrics.otlp;

import java.nio.charset.StandardCharsets;

/**
 * A reader of one message in the wire format of Protocol Buffers. It copies nothing and creates no
 * objects for fields that its caller skips: generated classes would turn two bytes of an empty
 * message into an object of eighty. A field whose wire type is not the expected one has another
 * key, and is skipped like an unknown field. Groups, which no version of OTLP has, are malformed.
 * Not thread-safe.
 */
final class WireReader {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;
  private static final int TYPE_BITS = 3;
  private static final int TYPE_MASK = 7;
  private static final int FIXED64_BYTES = 8;
  private static final int FIXED32_BYTES = 4;
  private static final int MAX_VARINT_BITS = 63;

  private final byte[] bytes;
  private final int end;
  private int position;

  /** Creates a reader of a whole message. */
  WireReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private WireReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** Returns the key of a field that is sent as a varint: integers, enumerations and booleans. */
  static int varintKey(int number) {
    return (number << TYPE_BITS) | VARINT;
  }

  /** Returns the key of a field that is sent in 8 bytes: doubles and fixed integers. */
  static int fixed64Key(int number) {
    return (number << TYPE_BITS) | FIXED64;
  }

  /** Returns the key of a field with a length: messages, texts and packed numbers. */
  static int lengthKey(int number) {
    return (number << TYPE_BITS) | LENGTH_DELIMITED;
  }

  /** Returns a reader of the same message from here on. */
  WireReader copy() {
    return new WireReader(bytes, position, end);
  }

  /** Returns whether the message has more bytes. */
  boolean hasMore() {
    return position < end;
  }

  /** Returns the number of bytes that are left. */
  int remaining() {
    return end - position;
  }

  /** Returns the key of the next field; 0 at the end of the message. */
  int nextKey() throws RequestException {
    if (position == end) {
      return 0;
    }
    long key = varint();
    if (key >>> TYPE_BITS == 0 || key >>> Integer.SIZE != 0) {
      throw RequestException.malformed("The message has an invalid field number");
    }
    return (int) key;
  }

  /** Skips the value of the field whose key was read last. */
  void skip(int key) throws RequestException {
    switch (key & TYPE_MASK) {
      case VARINT -> varint();
      case FIXED64 -> advance(FIXED64_BYTES);
      case LENGTH_DELIMITED -> advance(length());
      case FIXED32 -> advance(FIXED32_BYTES);
      default -> throw RequestException.malformed("The message has an invalid wire type");
    }
  }

  long varint() throws RequestException {
    long value = 0;
    for (int shift = 0; shift <= MAX_VARINT_BITS; shift += 7) {
      if (position == end) {
        throw truncated();
      }
      byte next = bytes[position++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw RequestException.malformed("The message has a number that is too long");
  }

  /** Returns an integer that is sent in zigzag encoding. */
  int zigzag() throws RequestException {
    int encoded = (int) varint();
    return (encoded >>> 1) ^ -(encoded & 1);
  }

  long fixed64() throws RequestException {
    int start = advance(FIXED64_BYTES);
    long value = 0;
    for (int i = FIXED64_BYTES - 1; i >= 0; i--) {
      value = (value << Byte.SIZE) | (bytes[start + i] & 0xff);
    }
    return value;
  }

  double number() throws RequestException {
    return Double.longBitsToDouble(fixed64());
  }

  /** Returns a reader of a nested message, or of packed numbers. */
  WireReader message() throws RequestException {
    int length = length();
    int start = advance(length);
    return new WireReader(bytes, start, start + length);
  }

  /** Returns a text; bytes that are not UTF-8 become U+FFFD. */
  String text() throws RequestException {
    int length = length();
    int start = advance(length);
    return new String(bytes, start, length, StandardCharsets.UTF_8);
  }

  private int length() throws RequestException {
    long length = varint();
    if (length < 0 || length > end - position) {
      throw truncated();
    }
    return (int) length;
  }

  private int advance(int count) throws RequestException {
    if (count > end - position) {
      throw truncated();
    }
    int start = position;
    position += count;
    return start;
  }

  private static RequestException truncated() {
    return RequestException.malformed("The message ends within a field");
  }
}
