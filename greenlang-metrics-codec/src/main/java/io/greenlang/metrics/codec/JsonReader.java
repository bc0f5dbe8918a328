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

/** A JSON reader based on Jackson, with strict limits. */
final class JsonReader extends DocumentReader {

  private final ObjectReader any;
  private final ObjectReader map;

  JsonReader(DocumentLimits limits) {
    super(limits);
    ObjectMapper mapper =
        new ObjectMapper(factory(limits)).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    this.any = mapper.readerFor(Object.class);
    this.map = mapper.readerForMapOf(Object.class);
  }

  private static JsonFactory factory(DocumentLimits limits) {
    return JsonFactory.builder()
        .streamReadConstraints(constraints(limits))
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        // A table of all field names would be one that untrusted clients could fill.
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .build();
  }

  private static StreamReadConstraints constraints(DocumentLimits limits) {
    return StreamReadConstraints.builder()
        .maxNestingDepth(limits.maxDepth())
        .maxDocumentLength(limits.maxBytes())
        .maxStringLength(limits.maxBytes())
        .maxNameLength(limits.maxBytes())
        .maxNumberLength(limits.maxNumberLength())
        .build();
  }

  @Override
  @Nullable Object readAny(byte[] document) throws MalformedDocumentException {
    return read(any, document, "not one document");
  }

  @Override
  Map<String, Object> readOneMap(byte[] document) throws MalformedDocumentException {
    @SuppressWarnings("unchecked") // the reader was created for such maps
    Map<String, Object> result = (Map<String, Object>) read(map, document, "not one object");
    if (result == null) {
      throw new MalformedDocumentException("not an object");
    }
    return result;
  }

  private static @Nullable Object read(ObjectReader reader, byte[] document, String mismatchMessage)
      throws MalformedDocumentException {
    try {
      return reader.readValue(text(document));
    } catch (StreamConstraintsException e) {
      throw new MalformedDocumentException("nested too deep, or a number too long");
    } catch (MismatchedInputException e) {
      throw new MalformedDocumentException(mismatchMessage);
    } catch (JsonProcessingException e) {
      throw new MalformedDocumentException("not JSON");
    } catch (CharacterCodingException e) {
      throw new MalformedDocumentException("not JSON in UTF-8");
    }
  }

  /**
   * Decodes UTF-8 strictly. Jackson itself would guess at UTF-16 and UTF-32, and would replace
   * malformed UTF-8.
   */
  private static String text(byte[] document) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
  }
}
