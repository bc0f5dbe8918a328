package io.greenlang.metrics.codec;

/**
 * The failure to parse a document that is malformed or exceeds its limits. The message is one of a
 * fixed list and never quotes the document.
 */
public final class MalformedDocumentException extends Exception {

  MalformedDocumentException(String detail) {
    super(
        detail, null, false,
        false); // no stack trace: an untrusted client can cause any number of these
  }
}
