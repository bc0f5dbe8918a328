package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.codec.DocumentReader;
import io.greenlang.metrics.codec.JsonWriter;
import io.greenlang.metrics.codec.MalformedDocumentException;
import java.util.Map;

/** The codec for messages in JSON. */
final class JsonCodec implements MessageCodec {

  static final JsonCodec INSTANCE = new JsonCodec();

  private final DocumentReader reader = DocumentReader.json(WireLimits.DOCUMENT);

  private JsonCodec() {}

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
    return JsonWriter.write(message);
  }
}
