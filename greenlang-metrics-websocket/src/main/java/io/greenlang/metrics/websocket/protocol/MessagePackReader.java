package io.greenlang.metrics.websocket.protocol;

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
 * Reads one MessagePack map from hostile bytes, over the unpacker's primitive calls.
 *
 * <p>Its {@code unpackValue} and {@code skipValue} allocate what a length field asks for and
 * recurse without end: six bytes make an OutOfMemoryError (CVE-2026-90472, CVE-2026-90473). Here
 * nothing may claim more elements than bytes are left, nor nest deeper than {@link
 * WireLimits#MAX_DEPTH}.
 */
final class MessagePackReader {

  private final MessageUnpacker unpacker;
  private final int length;

  MessagePackReader(byte[] message) {
    this.unpacker = MessagePack.newDefaultUnpacker(message);
    this.length = message.length;
  }

  Map<String, Object> read() throws MalformedMessageException {
    try {
      if (left() == 0 || !unpacker.getNextFormat().getValueType().isMapType()) {
        throw new MalformedMessageException("not a map");
      }
      Map<String, Object> map = readMap(1);
      if (left() > 0) {
        throw new MalformedMessageException("more than one map");
      }
      return map;
    } catch (IOException | MessagePackException e) {
      throw new MalformedMessageException("not MessagePack");
    }
  }

  private @Nullable Object readValue(int depth) throws IOException, MalformedMessageException {
    if (left() == 0) {
      throw new MalformedMessageException("not MessagePack");
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
          throw new MalformedMessageException("binary and extension values mean nothing here");
    };
  }

  private Number readInteger() throws IOException {
    try {
      return unpacker.unpackLong();
    } catch (MessageIntegerOverflowException e) {
      return e.getBigInteger();
    }
  }

  private String readText() throws IOException, MalformedMessageException {
    int bytes = unpacker.unpackRawStringHeader();
    requireLeft(bytes);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(unpacker.readPayload(bytes)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedMessageException("text that is not UTF-8");
    }
  }

  private List<@Nullable Object> readList(int depth) throws IOException, MalformedMessageException {
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
  private Map<String, Object> readMap(int depth) throws IOException, MalformedMessageException {
    requireDepth(depth);
    int size = unpacker.unpackMapHeader();
    requireLeft(2L * size);
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      if (!(readValue(depth) instanceof String key)) {
        throw new MalformedMessageException("a key that is no text");
      }
      if (map.containsKey(key)) {
        throw new MalformedMessageException("a key that comes twice");
      }
      map.put(key, readValue(depth));
    }
    return map;
  }

  private static void requireDepth(int depth) throws MalformedMessageException {
    if (depth > WireLimits.MAX_DEPTH) {
      throw new MalformedMessageException("nested too deep");
    }
  }

  /** Each element needs a byte at least; a negative count is one of 2^31 and more. */
  private void requireLeft(long bytes) throws MalformedMessageException {
    if (bytes < 0 || bytes > left()) {
      throw new MalformedMessageException("a length beyond the end of the message");
    }
  }

  private long left() {
    return length - unpacker.getTotalReadBytes();
  }
}
