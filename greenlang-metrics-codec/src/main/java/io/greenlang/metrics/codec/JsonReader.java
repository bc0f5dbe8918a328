package io.greenlang.metrics.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON reader based on Jackson's parser, with strict limits. */
final class JsonReader extends DocumentReader {

  private final JsonFactory factory;

  JsonReader(DocumentLimits limits) {
    super(limits);
    this.factory = factory(limits);
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
    return read(document, false);
  }

  @Override
  Map<String, Object> readOneMap(byte[] document) throws MalformedDocumentException {
    @SuppressWarnings("unchecked") // the document is an object or null
    Map<String, Object> result = (Map<String, Object>) read(document, true);
    if (result == null) {
      throw new MalformedDocumentException("not an object");
    }
    return result;
  }

  private @Nullable Object read(byte[] document, boolean mustBeObject)
      throws MalformedDocumentException {
    try (JsonParser in = factory.createParser(text(document))) {
      JsonToken first = in.nextToken();
      if (first == null || (mustBeObject && !isObjectOrNull(first))) {
        throw mismatch(mustBeObject);
      }
      Object value = value(in);
      if (in.nextToken() != null) {
        throw mismatch(mustBeObject);
      }
      return value;
    } catch (StreamConstraintsException e) {
      throw new MalformedDocumentException("nested too deep, or a number too long");
    } catch (CharacterCodingException e) {
      throw new MalformedDocumentException("not JSON in UTF-8");
    } catch (IOException e) { // of the parser: a text is read without I/O
      throw new MalformedDocumentException("not JSON");
    }
  }

  private static boolean isObjectOrNull(JsonToken first) {
    return first == JsonToken.START_OBJECT || first == JsonToken.VALUE_NULL;
  }

  private static MalformedDocumentException mismatch(boolean mustBeObject) {
    return new MalformedDocumentException(mustBeObject ? "not one object" : "not one document");
  }

  /** Reads the value of the current token. The factory's limits bound the recursion. */
  private static @Nullable Object value(JsonParser in) throws IOException {
    return switch (in.currentToken()) {
      case START_OBJECT -> map(in);
      case START_ARRAY -> list(in);
      case VALUE_STRING -> in.getText();
      case VALUE_TRUE, VALUE_FALSE -> in.getBooleanValue();
      case VALUE_NULL -> null;
      default -> in.getNumberValue();
    };
  }

  private static Map<String, @Nullable Object> map(JsonParser in) throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (String key = in.nextFieldName(); key != null; key = in.nextFieldName()) {
      in.nextToken();
      map.put(key, value(in));
    }
    return map;
  }

  private static List<@Nullable Object> list(JsonParser in) throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(in));
    }
    return list;
  }

  /**
   * Decodes UTF-8 strictly. Jackson itself would guess at UTF-16 and UTF-32, and would replace
   * malformed UTF-8.
   */
  private static String text(byte[] document) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
  }
}
