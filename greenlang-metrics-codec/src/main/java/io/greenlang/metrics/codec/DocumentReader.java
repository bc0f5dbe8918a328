package io.greenlang.metrics.codec;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one document from hostile bytes. Whatever they are, it either returns or throws {@link
 * MalformedDocumentException}, in time and memory proportional to their number.
 *
 * <p>A value is a {@link String}, a {@link Boolean}, an {@link Integer}, {@link Long}, {@link
 * java.math.BigInteger} or {@link Double} (perhaps not finite), null, a list of values, or a map
 * from text to values in the order in which they came, none twice.
 *
 * <p>Immutable; any thread.
 */
public abstract class DocumentReader {

  private final DocumentLimits limits;

  DocumentReader(DocumentLimits limits) {
    this.limits = limits;
  }

  /** A reader of JSON in UTF-8 (RFC 8259). */
  public static DocumentReader json(DocumentLimits limits) {
    return new JsonReader(limits);
  }

  /** A reader of MessagePack. Binary and extension values are refused. */
  public static DocumentReader messagePack(DocumentLimits limits) {
    return new MessagePackReader(limits);
  }

  /**
   * Reads a document of any kind.
   *
   * @throws MalformedDocumentException if it is not exactly one document within the limits
   */
  public final @Nullable Object read(byte[] document) throws MalformedDocumentException {
    requireLength(document);
    return readAny(document);
  }

  /**
   * Reads a document that must be a map.
   *
   * @throws MalformedDocumentException if it is not exactly one map within the limits
   */
  public final Map<String, Object> readMap(byte[] document) throws MalformedDocumentException {
    requireLength(document);
    return readOneMap(document);
  }

  abstract @Nullable Object readAny(byte[] document) throws MalformedDocumentException;

  abstract Map<String, Object> readOneMap(byte[] document) throws MalformedDocumentException;

  private void requireLength(byte[] document) throws MalformedDocumentException {
    if (document.length > limits.bytes()) {
      throw new MalformedDocumentException("too long");
    }
  }
}
