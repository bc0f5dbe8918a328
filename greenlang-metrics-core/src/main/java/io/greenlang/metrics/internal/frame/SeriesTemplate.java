package io.greenlang.metrics.internal.frame;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.EnumMap;
import java.util.Map;

/**
 * The constant part of a series' messages, encoded once. A metric is these bytes with a value and a
 * time between them, which takes 65 ns instead of 400.
 *
 * @param prefix the bytes up to the value; never modified
 * @param suffix the bytes after the time; never modified
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SeriesTemplate(byte[] prefix, byte[] suffix) {

  /**
   * The templates of one series, each prepared when its encoding is first needed. Used by one
   * thread at a time.
   */
  public static final class Cache {

    private final SeriesKey key;
    private final Map<Encoding, SeriesTemplate> byEncoding = new EnumMap<>(Encoding.class);

    /** Creates an empty cache for a series. */
    public Cache(SeriesKey key) {
      this.key = key;
    }

    /** Returns the identity of the series. */
    public SeriesKey key() {
      return key;
    }

    SeriesTemplate get(FrameEncoder encoder) {
      SeriesTemplate prepared = byEncoding.get(encoder.encoding());
      if (prepared == null) {
        prepared = encoder.prepare(key);
        byEncoding.put(encoder.encoding(), prepared);
      }
      return prepared;
    }
  }
}
