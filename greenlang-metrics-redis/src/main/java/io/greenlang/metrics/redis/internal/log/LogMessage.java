package io.greenlang.metrics.redis.internal.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A message of the log script to all instances: consecutive publications of one publisher in a
 * channel's log, logged in one step.
 *
 * @param epoch the epoch of the log
 * @param entries at least one
 */
public record LogMessage(String epoch, List<LogEntry> entries) {

  /** The largest message that is read: none of ours is half as large. */
  public static final int MAX_BYTES = 4 << 20;

  private static final int MAX_HEADER = 256;
  private static final int MAX_ENTRIES = 4_096;
  private static final int MAX_NAME = 64;

  /**
   * Parses a message, which may come from anyone.
   *
   * @throws MalformedDataException if it is not one of our messages
   */
  public static LogMessage read(byte[] bytes) throws MalformedDataException {
    if (bytes.length > MAX_BYTES) {
      throw new MalformedDataException(bytes.length + " bytes");
    }
    return new Reader(bytes).message();
  }

  /** Returns the position after the last entry. */
  public LogPosition end() {
    return LogPosition.after(epoch, entries.get(entries.size() - 1));
  }

  private static final class Reader {
    private final byte[] bytes;
    private int cursor;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    LogMessage message() throws MalformedDataException {
      String[] header = line(8);
      if (!header[0].equals(Scripts.BUS_VERSION)) {
        throw new MalformedDataException("not one of our messages");
      }
      String epoch = header[1];
      String publisher = header[6];
      if (epoch.length() > MAX_NAME || publisher.length() > MAX_NAME) {
        throw new MalformedDataException("a name is too long");
      }
      List<LogEntry> entries = entries(header, publisher);
      if (cursor != bytes.length) {
        throw new MalformedDataException("bytes after the end");
      }
      return new LogMessage(epoch, entries);
    }

    private List<LogEntry> entries(String[] header, String publisher)
        throws MalformedDataException {
      long previousMillis = number(header[2]);
      long millis = number(header[3]);
      long offset = number(header[4]);
      long metrics = number(header[5]);
      long count = number(header[7]);
      if (offset < 1 || previousMillis > millis || count < 1 || count > MAX_ENTRIES) {
        throw new MalformedDataException("not a valid position in a log");
      }
      List<LogEntry> entries = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        LogEntry entry = entry(offset + i, millis, previousMillis, metrics, publisher);
        entries.add(entry);
        metrics += entry.count();
        previousMillis = millis;
      }
      return entries;
    }

    private LogEntry entry(
        long offset, long millis, long previousMillis, long metricsBefore, String publisher)
        throws MalformedDataException {
      String[] fields = line(3);
      long publisherSequence = number(fields[0]);
      long count = number(fields[1]);
      byte[] payload = readBytes(number(fields[2]));
      return new LogEntry(
          offset,
          millis,
          previousMillis,
          metricsBefore,
          publisher,
          publisherSequence,
          count,
          payload);
    }

    private String[] line(int words) throws MalformedDataException {
      int end = cursor;
      while (end < bytes.length && end - cursor < MAX_HEADER && bytes[end] != '\n') {
        end++;
      }
      if (end == bytes.length || bytes[end] != '\n') {
        throw new MalformedDataException("header not found");
      }
      String[] line = new String(bytes, cursor, end - cursor, ISO_8859_1).split(" ", -1);
      if (line.length != words) {
        throw new MalformedDataException("a header of " + line.length + " words");
      }
      cursor = end + 1;
      return line;
    }

    private byte[] readBytes(long length) throws MalformedDataException {
      if (length > bytes.length - cursor) {
        throw new MalformedDataException("truncated");
      }
      byte[] result = Arrays.copyOfRange(bytes, cursor, cursor + (int) length);
      cursor += (int) length;
      return result;
    }

    /** Parses a number of at most 15 digits, so that sums cannot overflow. */
    private static long number(String word) throws MalformedDataException {
      if (word.isEmpty() || word.length() > 15) {
        throw new MalformedDataException("no number");
      }
      for (int i = 0; i < word.length(); i++) {
        if (word.charAt(i) < '0' || word.charAt(i) > '9') {
          throw new MalformedDataException("no number");
        }
      }
      return Long.parseLong(word);
    }
  }
}
