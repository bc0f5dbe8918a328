package io.greenlang.metrics.ingest;

import io.greenlang.metrics.codec.DocumentLimits;
import io.greenlang.metrics.codec.DocumentReader;
import io.greenlang.metrics.codec.MalformedDocumentException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The format of a publication. */
@SuppressWarnings("ImmutableEnumChecker") // readers are immutable
public enum PublicationFormat {
  /** JSON in UTF-8 (RFC 8259). */
  JSON(DocumentReader::json),
  /** MessagePack. */
  MESSAGE_PACK(DocumentReader::messagePack);

  private static final int MAX_DEPTH = 16;
  private static final int MAX_NUMBER_LENGTH = 64;

  private final DocumentReader reader;

  PublicationFormat(Function<DocumentLimits, DocumentReader> factory) {
    this.reader =
        factory.apply(
            new DocumentLimits(PublicationReader.MAX_BYTES, MAX_DEPTH, MAX_NUMBER_LENGTH));
  }

  /**
   * Detects the format of a publication by its first byte: no JSON object or array begins like a
   * map or array of MessagePack, and vice versa.
   *
   * @throws MalformedPublicationException if it begins like neither
   */
  public static PublicationFormat detect(byte[] publication) throws MalformedPublicationException {
    int first = publication.length == 0 ? 0 : publication[0] & 0xff;
    if (isJson(first)) {
      return JSON;
    }
    if (isMessagePack(first)) {
      return MESSAGE_PACK;
    }
    throw new MalformedPublicationException(
        "it is neither a JSON object or array nor a MessagePack map or array");
  }

  private static boolean isJson(int first) {
    boolean blank = first == ' ' || first == '\t' || first == '\r' || first == '\n';
    return first == '{' || first == '[' || blank;
  }

  private static boolean isMessagePack(int first) {
    boolean fixed = first >= 0x80 && first <= 0x9f;
    return fixed || (first >= 0xdc && first <= 0xdf);
  }

  /** Parses a document; a null document is null. */
  @Nullable Object parse(byte[] document) throws MalformedPublicationException {
    try {
      return reader.read(document);
    } catch (MalformedDocumentException e) {
      throw new MalformedPublicationException(String.valueOf(e.getMessage()));
    }
  }
}
