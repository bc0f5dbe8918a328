package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.internal.frame.ColumnEncoder;

/**
 * The entries of a feed that are key messages. A reader reads the ring without holes from the place
 * where it joined, or to which it moved after it was lapped. Only there does it need a key message,
 * so the first entry after each such place is one. Used under the channel lock.
 */
final class KeyEntries {

  private final ColumnEncoder columns;

  /** Whether the next entry is a key message. */
  private boolean required = true;

  /** The first entry after this publication id is a key message, and so are those before it. */
  private long requiredAfter = Long.MIN_VALUE;

  KeyEntries(ColumnEncoder columns) {
    this.columns = columns;
  }

  /** Releases the memory of the encoder. */
  void close() {
    columns.close();
  }

  /** Makes all entries key messages, up to the first one after a publication id. */
  void requireAfter(long publicationId) {
    required = true;
    requiredAfter = Math.max(requiredAfter, publicationId);
  }

  /** Called before the metrics of a publication are encoded. */
  void beforeAppend() {
    if (required) {
      columns.requireKey();
    }
    required = true; // unless the entry is appended, readers miss what the encoder assumes
  }

  /** Called after the entry of a publication was appended. */
  void afterAppend(long publicationId) {
    required = publicationId <= requiredAfter;
  }
}
