package io.greenlang.metrics.codec;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reader of single documents that is safe for hostile input. Whatever the bytes are, it either
 * returns or throws {@link MalformedDocumentException}, in time and memory proportional to their
 * number.
 *
 * <p>A value is a {@link String}, a {@link Boolean}, an {@link Integer}, {@link Long}, {@link
 * java.math.BigInteger} or {@link Double} (possibly not finite), null, a list of values, or a map
 * from unique strings to values in document order. A value of MessagePack that JSON cannot express
 * is an object of another class, so that no field takes it and an unknown field may have it.
 *
 * <p>Immutable and safe for use by any thread.
 */
public abstract class DocumentReader {

  private final DocumentLimits limits;

  DocumentReader(DocumentLimits limits) {
    this.limits = limits;
  }

  /** Returns a reader of JSON in UTF-8 (RFC 8259). */
  public static DocumentReader json(DocumentLimits limits) {
    return new JsonReader(limits);
  }

  /** Returns a reader of MessagePack. */
  public static DocumentReader messagePack(DocumentLimits limits) {
    return new MessagePackReader(limits, false);
  }

  /** Returns a reader of MessagePack whose binary values are byte arrays. */
  public static DocumentReader messagePackWithBinary(DocumentLimits limits) {
    return new MessagePackReader(limits, true);
  }

  /**
   * Reads a document of any kind.
   *
   * @return the value; null if the document is null
   * @throws MalformedDocumentException if the bytes are not exactly one document within the limits
   */
  public final @Nullable Object read(byte[] document) throws MalformedDocumentException {
    requireLength(document);
    return readAny(document);
  }

  /**
   * Reads a document that must be a map.
   *
   * @throws MalformedDocumentException if the bytes are not exactly one map within the limits
   */
  public final Map<String, Object> readMap(byte[] document) throws MalformedDocumentException {
    requireLength(document);
    return readOneMap(document);
  }

  abstract @Nullable Object readAny(byte[] document) throws MalformedDocumentException;

  abstract Map<String, Object> readOneMap(byte[] document) throws MalformedDocumentException;

  private void requireLength(byte[] document) throws MalformedDocumentException {
    if (document.length > limits.maxBytes()) {
      throw new MalformedDocumentException("too long");
    }
  }
}
