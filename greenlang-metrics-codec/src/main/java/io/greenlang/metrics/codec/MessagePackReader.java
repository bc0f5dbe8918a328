package io.greenlang.metrics.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageIntegerOverflowException;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * A MessagePack reader that enforces its own limits.
 *
 * <p>The unpacker's {@code unpackValue} and {@code skipValue} allocate whatever a length field
 * specifies and recurse without a limit: six bytes can cause an OutOfMemoryError (CVE-2026-90472,
 * CVE-2026-90473). This class uses the unpacker's primitive calls instead. It rejects a value that
 * claims more elements than bytes are left, or that nests deeper than the limit.
 */
final class MessagePackReader extends DocumentReader {

  private final int maxDepth;
  private final boolean withBinary;

  /**
   * Creates a reader.
   *
   * @param withBinary whether a binary value is a byte array; otherwise it is opaque
   */
  MessagePackReader(DocumentLimits limits, boolean withBinary) {
    super(limits);
    this.maxDepth = limits.maxDepth();
    this.withBinary = withBinary;
  }

  @Override
  @Nullable Object readAny(byte[] document) throws MalformedDocumentException {
    return new Document(document, maxDepth, withBinary).readAny();
  }

  @Override
  Map<String, Object> readOneMap(byte[] document) throws MalformedDocumentException {
    return new Document(document, maxDepth, withBinary).readOneMap();
  }

  /** One document that is being parsed. */
  private static final class Document {

    private final MessageUnpacker unpacker;
    private final int length;
    private final int maxDepth;
    private final boolean withBinary;

    Document(byte[] document, int maxDepth, boolean withBinary) {
      this.unpacker = MessagePack.newDefaultUnpacker(document);
      this.length = document.length;
      this.maxDepth = maxDepth;
      this.withBinary = withBinary;
    }

    @Nullable Object readAny() throws MalformedDocumentException {
      try {
        Object value = readValue(0);
        if (remainingBytes() > 0) {
          throw new MalformedDocumentException("more than one document");
        }
        return value;
      } catch (IOException | MessagePackException e) {
        throw new MalformedDocumentException("not MessagePack");
      }
    }

    Map<String, Object> readOneMap() throws MalformedDocumentException {
      try {
        if (remainingBytes() == 0 || !unpacker.getNextFormat().getValueType().isMapType()) {
          throw new MalformedDocumentException("not a map");
        }
        Map<String, Object> map = new LinkedHashMap<>();
        if (!readEntries(1, map)) {
          throw new MalformedDocumentException("a key that is not a text");
        }
        if (remainingBytes() > 0) {
          throw new MalformedDocumentException("more than one map");
        }
        return map;
      } catch (IOException | MessagePackException e) {
        throw new MalformedDocumentException("not MessagePack");
      }
    }

    private @Nullable Object readValue(int depth) throws IOException, MalformedDocumentException {
      if (remainingBytes() == 0) {
        throw new MalformedDocumentException("not MessagePack");
      }
      return switch (unpacker.getNextFormat().getValueType()) {
        case NIL -> {
          unpacker.unpackNil();
          yield null;
        }
        case BOOLEAN -> unpacker.unpackBoolean();
        case INTEGER -> readInteger();
        case FLOAT -> unpacker.unpackDouble();
        case STRING -> readText();
        case ARRAY -> readList(depth + 1);
        case MAP -> readMap(depth + 1);
        case BINARY -> readBinary(unpacker.unpackBinaryHeader());
        case EXTENSION -> skip(unpacker.unpackExtensionTypeHeader().getLength());
      };
    }

    private Object readBinary(int bytes) throws IOException, MalformedDocumentException {
      requireRemaining(bytes);
      return withBinary ? unpacker.readPayload(bytes) : skip(bytes);
    }

    /** Skips the payload of a value that JSON cannot express. */
    private Object skip(int bytes) throws IOException, MalformedDocumentException {
      requireRemaining(bytes);
      unpacker.readPayload(bytes);
      return OpaqueValue.INSTANCE;
    }

    private Number readInteger() throws IOException {
      try {
        return unpacker.unpackLong();
      } catch (MessageIntegerOverflowException e) {
        return e.getBigInteger();
      }
    }

    private String readText() throws IOException, MalformedDocumentException {
      int bytes = unpacker.unpackRawStringHeader();
      requireRemaining(bytes);
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(unpacker.readPayload(bytes)))
            .toString();
      } catch (CharacterCodingException e) {
        throw new MalformedDocumentException("text that is not UTF-8");
      }
    }

    private List<@Nullable Object> readList(int depth)
        throws IOException, MalformedDocumentException {
      requireDepth(depth);
      int size = unpacker.unpackArrayHeader();
      requireRemaining(size);
      List<@Nullable Object> list = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        list.add(readValue(depth));
      }
      return list;
    }

    private Object readMap(int depth) throws IOException, MalformedDocumentException {
      Map<String, Object> map = new LinkedHashMap<>();
      return readEntries(depth, map) ? map : OpaqueValue.INSTANCE;
    }

    /** Reads the entries of a map; returns false if it has keys other than texts. */
    @SuppressWarnings("NullAway") // a value may be nil, as in JSON
    private boolean readEntries(int depth, Map<String, Object> map)
        throws IOException, MalformedDocumentException {
      requireDepth(depth);
      int size = unpacker.unpackMapHeader();
      requireRemaining(2L * size);
      boolean textKeys = true;
      for (int i = 0; i < size; i++) {
        Object key = readValue(depth);
        Object value = readValue(depth);
        if (!(key instanceof String text)) {
          textKeys = false;
        } else if (map.containsKey(text)) {
          throw new MalformedDocumentException("a duplicate key");
        } else {
          map.put(text, value);
        }
      }
      return textKeys;
    }

    private void requireDepth(int depth) throws MalformedDocumentException {
      if (depth > maxDepth) {
        throw new MalformedDocumentException("nested too deep");
      }
    }

    /**
     * Requires that many bytes to be left, because each element takes at least one. A negative
     * count represents 2^31 or more.
     */
    private void requireRemaining(long bytes) throws MalformedDocumentException {
      if (bytes < 0 || bytes > remainingBytes()) {
        throw new MalformedDocumentException("a length beyond the end of the message");
      }
    }

    private long remainingBytes() {
      return length - unpacker.getTotalReadBytes();
    }
  }
}
