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
 * One MessagePack document while it is read, over the unpacker's primitive calls.
 *
 * <p>Its {@code unpackValue} and {@code skipValue} allocate what a length field asks for and
 * recurse without end: six bytes make an OutOfMemoryError (CVE-2026-90472, CVE-2026-90473). Here
 * nothing may claim more elements than bytes are left, nor nest deeper than the limit.
 */
final class MessagePackDocument {

  private final MessageUnpacker unpacker;
  private final int length;
  private final int maxDepth;

  MessagePackDocument(byte[] document, int maxDepth) {
    this.unpacker = MessagePack.newDefaultUnpacker(document);
    this.length = document.length;
    this.maxDepth = maxDepth;
  }

  @Nullable Object readAny() throws MalformedDocumentException {
    try {
      Object value = readValue(0);
      if (left() > 0) {
        throw new MalformedDocumentException("more than one document");
      }
      return value;
    } catch (IOException | MessagePackException e) {
      throw new MalformedDocumentException("not MessagePack");
    }
  }

  Map<String, Object> readOneMap() throws MalformedDocumentException {
    try {
      if (left() == 0 || !unpacker.getNextFormat().getValueType().isMapType()) {
        throw new MalformedDocumentException("not a map");
      }
      Map<String, Object> map = readMap(1);
      if (left() > 0) {
        throw new MalformedDocumentException("more than one map");
      }
      return map;
    } catch (IOException | MessagePackException e) {
      throw new MalformedDocumentException("not MessagePack");
    }
  }

  private @Nullable Object readValue(int depth) throws IOException, MalformedDocumentException {
    if (left() == 0) {
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
      case BINARY, EXTENSION ->
          throw new MalformedDocumentException("binary and extension values mean nothing here");
    };
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
    requireLeft(bytes);
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
    requireLeft(size);
    List<@Nullable Object> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(readValue(depth));
    }
    return list;
  }

  @SuppressWarnings("NullAway") // a value may be nil, as in JSON
  private Map<String, Object> readMap(int depth) throws IOException, MalformedDocumentException {
    requireDepth(depth);
    int size = unpacker.unpackMapHeader();
    requireLeft(2L * size);
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      if (!(readValue(depth) instanceof String key)) {
        throw new MalformedDocumentException("a key that is no text");
      }
      if (map.containsKey(key)) {
        throw new MalformedDocumentException("a key that comes twice");
      }
      map.put(key, readValue(depth));
    }
    return map;
  }

  private void requireDepth(int depth) throws MalformedDocumentException {
    if (depth > maxDepth) {
      throw new MalformedDocumentException("nested too deep");
    }
  }

  /** Each element needs a byte at least; a negative count is one of 2^31 and more. */
  private void requireLeft(long bytes) throws MalformedDocumentException {
    if (bytes < 0 || bytes > left()) {
      throw new MalformedDocumentException("a length beyond the end of the message");
    }
  }

  private long left() {
    return length - unpacker.getTotalReadBytes();
  }
}
