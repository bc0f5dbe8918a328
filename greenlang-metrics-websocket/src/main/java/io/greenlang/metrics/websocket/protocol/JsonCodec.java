package io.greenlang.metrics.websocket.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Messages as JSON, by Jackson, with its limits drawn tight. */
final class JsonCodec implements MessageCodec {

  static final JsonCodec INSTANCE = new JsonCodec();

  private final ObjectReader reader;
  private final ObjectWriter writer;

  private JsonCodec() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(WireLimits.MAX_DEPTH)
                    .maxDocumentLength(WireLimits.MAX_MESSAGE_BYTES)
                    .maxStringLength(WireLimits.MAX_MESSAGE_BYTES)
                    .maxNameLength(WireLimits.MAX_MESSAGE_BYTES)
                    .maxNumberLength(WireLimits.MAX_NUMBER_LENGTH)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A table of all names ever seen is a table that clients could fill.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();
    ObjectMapper mapper =
        new ObjectMapper(factory).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    this.reader = mapper.readerForMapOf(Object.class);
    this.writer = mapper.writer();
  }

  @Override
  public Map<String, Object> decode(byte[] message) throws MalformedMessageException {
    if (message.length > WireLimits.MAX_MESSAGE_BYTES) {
      throw new MalformedMessageException("too long");
    }
    try {
      Map<String, Object> map = reader.readValue(text(message));
      if (map == null) {
        throw new MalformedMessageException("not an object");
      }
      return new LinkedHashMap<>(map);
    } catch (StreamConstraintsException e) {
      throw new MalformedMessageException("nested too deep, or a number too long");
    } catch (com.fasterxml.jackson.databind.exc.MismatchedInputException e) {
      throw new MalformedMessageException("not one object");
    } catch (JsonProcessingException e) {
      throw new MalformedMessageException("not JSON");
    } catch (CharacterCodingException e) {
      throw new MalformedMessageException("not JSON in UTF-8");
    }
  }

  /** Jackson itself would guess at UTF-16 and UTF-32, and replace what is not UTF-8. */
  private static String text(byte[] message) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message)).toString();
  }

  @Override
  public byte[] encode(Map<String, ?> message) {
    try {
      return writer.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a message of ours cannot be written as JSON", e);
    }
  }
}
