package io.greenlang.metrics.websocket.internal.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.greenlang.metrics.codec.DocumentReader;
import io.greenlang.metrics.codec.MalformedDocumentException;
import java.io.UncheckedIOException;
import java.util.Map;

/** The codec for messages in JSON. */
final class JsonCodec implements MessageCodec {

  static final JsonCodec INSTANCE = new JsonCodec();

  private final DocumentReader reader = DocumentReader.json(WireLimits.DOCUMENT);
  private final ObjectWriter writer =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build())
          .registerModule(new SimpleModule().addSerializer(new JsonNumber.Serializer()))
          .writer();

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
    try {
      return writer.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("failed to encode a message as JSON", e);
    }
  }
}
