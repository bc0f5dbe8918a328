package io.greenlang.metrics.codec;

/**
 * A document that cannot be understood, or goes beyond its limits. Its message is one of a fixed
 * list, and never quotes the document.
 */
public final class MalformedDocumentException extends Exception {

  MalformedDocumentException(String detail) {
    super(detail, null, false, false); // no stack trace: a stranger can cause as many as it likes
  }
}
