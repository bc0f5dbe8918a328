package io.greenlang.metrics.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON by Jackson, with its limits drawn tight. */
final class JsonReader extends DocumentReader {

  private final ObjectReader any;
  private final ObjectReader map;

  JsonReader(DocumentLimits limits) {
    super(limits);
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(limits.depth())
                    .maxDocumentLength(limits.bytes())
                    .maxStringLength(limits.bytes())
                    .maxNameLength(limits.bytes())
                    .maxNumberLength(limits.numberLength())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A table of all names ever seen is a table that strangers could fill.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
    ObjectMapper mapper =
        new ObjectMapper(factory).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    this.any = mapper.readerFor(Object.class);
    this.map = mapper.readerForMapOf(Object.class);
  }

  @Override
  @Nullable Object readAny(byte[] document) throws MalformedDocumentException {
    return read(any, document, "not one document");
  }

  @Override
  Map<String, Object> readOneMap(byte[] document) throws MalformedDocumentException {
    @SuppressWarnings("unchecked") // the reader is one for such maps
    Map<String, Object> read = (Map<String, Object>) read(map, document, "not one object");
    if (read == null) {
      throw new MalformedDocumentException("not an object");
    }
    return read;
  }

  private static @Nullable Object read(ObjectReader reader, byte[] document, String notOne)
      throws MalformedDocumentException {
    try {
      return reader.readValue(text(document));
    } catch (StreamConstraintsException e) {
      throw new MalformedDocumentException("nested too deep, or a number too long");
    } catch (MismatchedInputException e) {
      throw new MalformedDocumentException(notOne);
    } catch (JsonProcessingException e) {
      throw new MalformedDocumentException("not JSON");
    } catch (CharacterCodingException e) {
      throw new MalformedDocumentException("not JSON in UTF-8");
    }
  }

  /** Jackson itself would guess at UTF-16 and UTF-32, and replace what is not UTF-8. */
  private static String text(byte[] document) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
  }
}
