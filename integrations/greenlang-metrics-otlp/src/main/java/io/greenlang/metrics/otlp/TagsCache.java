package io.greenlang.metrics.otlp;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.protobuf.MalformedMessageException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The tags of attributes that were received recently. A program sends the same attributes with each
 * export, and decoding them took a third of the time of a point. A hash selects {@value #WAYS}
 * places, so attributes that collide cost a further decoding and no search. Memory: a number of
 * bytes; at that number, an entry only replaces another one. Thread-safe.
 */
final class TagsCache {

  private static final long MAX_BYTES = 16L << 20;
  private static final int HEAP_SHARE = 16;

  private static final int SETS = 1 << 12;
  private static final int WAYS = 4;

  /** The longest attributes that are stored. */
  private static final int MAX_LENGTH = 1024;

  /** The memory of an entry without its texts. */
  private static final int ENTRY_BYTES = 150;

  /** The memory of a text without its characters, and of the reference to it. */
  private static final int TEXT_BYTES = 56;

  private final AtomicReferenceArray<@Nullable Entry> entries =
      new AtomicReferenceArray<>(SETS * WAYS);
  private final AtomicLong bytes = new AtomicLong();
  private final long maxBytes;

  @SuppressWarnings("ArrayRecordComponent") // nothing compares entries
  private record Entry(byte[] attributes, int hash, Tags tags) {

    /** Returns the estimated memory; the characters of the tags are a part of the attributes. */
    long size() {
      return ENTRY_BYTES
          + (1L + Character.BYTES) * attributes.length
          + 2L * TEXT_BYTES * tags.size();
    }
  }

  /** Creates an empty cache that takes at most a number of bytes. */
  TagsCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Returns the bytes that a cache may take: 16 MiB, and at most a sixteenth of the heap. */
  static long defaultMaxBytes() {
    return Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  /**
   * Returns the tags of a point.
   *
   * @param program the attributes of its program
   * @param attributes those of the program and of the point
   * @throws MalformedMessageException if an attribute is malformed
   * @throws RejectedPointException if the attributes cannot be tags
   */
  Tags get(ProgramAttributes program, AttributeBytes attributes)
      throws MalformedMessageException, RejectedPointException {
    String problem = program.problem();
    if (problem != null) {
      throw new RejectedPointException(problem);
    }
    if (attributes.isTooLong()) {
      throw new RejectedPointException(
          "has more than " + AttributeBytes.MAX_BYTES + " bytes of attributes");
    }
    if (attributes.length() > MAX_LENGTH) {
      return Attributes.toTags(program, attributes.pointReader());
    }
    int hash = attributes.hash();
    int first = (hash & (SETS - 1)) * WAYS;
    for (int i = first; i < first + WAYS; i++) {
      Entry entry = entries.get(i);
      if (entry != null && entry.hash == hash && attributes.equalTo(entry.attributes)) {
        return entry.tags;
      }
    }
    Tags tags = Attributes.toTags(program, attributes.pointReader());
    add(new Entry(attributes.toByteArray(), hash, tags), first);
    return tags;
  }

  private void add(Entry entry, int first) {
    int place = first;
    while (place < first + WAYS && entries.get(place) != null) {
      place++;
    }
    boolean hasRoom = bytes.get() + entry.size() <= maxBytes;
    if (!hasRoom || place == first + WAYS) {
      place = first + ThreadLocalRandom.current().nextInt(WAYS);
      Entry replaced = entries.get(place);
      if (!hasRoom && (replaced == null || replaced.size() < entry.size())) {
        return;
      }
    }
    Entry replaced = entries.getAndSet(place, entry);
    bytes.addAndGet(entry.size() - (replaced == null ? 0 : replaced.size()));
  }

  /** Returns the estimated memory of all entries. */
  long bytes() {
    return bytes.get();
  }
}
