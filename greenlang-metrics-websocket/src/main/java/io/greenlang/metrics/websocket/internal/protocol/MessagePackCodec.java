package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.codec.DocumentReader;
import io.greenlang.metrics.codec.MalformedDocumentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;

/** The codec for messages in MessagePack. */
final class MessagePackCodec implements MessageCodec {

  static final MessagePackCodec INSTANCE = new MessagePackCodec();

  private final DocumentReader reader = DocumentReader.messagePack(WireLimits.DOCUMENT);

  private MessagePackCodec() {}

  @Override
  public Map<String, Object> decode(byte[] message) throws MalformedMessageException {
    try {
      return reader.readMap(message);
    } catch (MalformedDocumentException e) {
      throw new MalformedMessageException(e);
    }
  }

  @Override
  public byte[] encode(Map<String, ?> message) {
    try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
      pack(packer, message);
      return packer.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("failed to encode a message as MessagePack", e);
    }
  }

  private static void pack(MessagePacker packer, @Nullable Object value) throws IOException {
    if (value == null) {
      packer.packNil();
    } else if (value instanceof String text) {
      packer.packString(text);
    } else if (value instanceof Boolean flag) {
      packer.packBoolean(flag);
    } else if (value instanceof Integer || value instanceof Long) {
      packer.packLong(((Number) value).longValue());
    } else if (value instanceof Double || value instanceof BigDecimal) {
      packer.packDouble(((Number) value).doubleValue());
    } else {
      packContainer(packer, value);
    }
  }

  private static void packContainer(MessagePacker packer, Object value) throws IOException {
    if (value instanceof List<?> list) {
      packer.packArrayHeader(list.size());
      for (Object element : list) {
        pack(packer, element);
      }
    } else if (value instanceof Map<?, ?> map) {
      packer.packMapHeader(map.size());
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        pack(packer, entry.getKey());
        pack(packer, entry.getValue());
      }
    } else {
      throw new IllegalArgumentException("messages cannot contain a " + value.getClass().getName());
    }
  }
}
