package io.greenlang.metrics.ingest;

/**
 * The rejection of a publication, or of one metric of it. The message gives the reason on one line,
 * without raw content. It has no stack trace, because publishers can cause it at any rate.
 */
public final class MalformedPublicationException extends Exception {

  private static final long serialVersionUID = 1;

  MalformedPublicationException(String reason) {
    super(reason, null, false, false);
  }

  /** Returns the reason, which is never null. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
