package io.greenlang.metrics.codec;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A MessagePack reader that enforces its own limits. */
final class MessagePackReader extends DocumentReader {

  private final int maxDepth;

  MessagePackReader(DocumentLimits limits) {
    super(limits);
    this.maxDepth = limits.maxDepth();
  }

  @Override
  @Nullable Object readAny(byte[] document) throws MalformedDocumentException {
    return new MessagePackDocument(document, maxDepth).readAny();
  }

  @Override
  Map<String, Object> readOneMap(byte[] document) throws MalformedDocumentException {
    return new MessagePackDocument(document, maxDepth).readOneMap();
  }
}
